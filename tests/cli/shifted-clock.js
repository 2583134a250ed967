// Preloaded into a process whose clock is to be wrong by CLOCK_SHIFT_MS.
const shiftMs = Number(process.env.CLOCK_SHIFT_MS);
const right = Date.now.bind(Date);
Date.now = () => right() + shiftMs;
