// A door before a server: tests shut it to take the network away, and open it again.
import net from 'node:net';
import { once } from 'node:events';

/**
 * A way to a server that can be shut and opened again, at one address; who opens it shuts it.
 * @param {string} url
 * @returns {Promise<{ url: string, shut: () => Promise<void>, open: () => Promise<void> }>}
 */
export async function startDoor(url) {
  const { port: inner } = new URL(url);
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const door = net.createServer((outside) => {
    const inside = net.connect(Number(inner), 'localhost');
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy()); // the other side is gone: so is this one
    }
    outside.pipe(inside).pipe(outside);
  });
  const open = async (port = 0) => void (await once(door.listen(port, '127.0.0.1'), 'listening'));
  const shut = async () => {
    if (!door.listening) return;
    const closed = once(door, 'close');
    door.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  const { port } = /** @type {net.AddressInfo} */ (door.address());
  return { url: `http://127.0.0.1:${port}`, shut, open: () => open(port) };
}
