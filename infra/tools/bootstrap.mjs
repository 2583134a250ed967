// Makes a fresh clone ready for npm start or npm test. Here only the check of Node's version, in
// words every Node understands; the rest is loaded after it (prepare.mjs).
// Usage: node infra/tools/bootstrap.mjs --for start|test [--quiet]
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 20 || (major === 20 && minor >= 19)) {
  const { prepare } = await import('./prepare.mjs');
  process.exitCode = await prepare(process.argv.slice(2));
} else {
  console.error(`Listing Sync needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 1;
}
