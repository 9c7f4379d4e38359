/**
 * Loaded by `--import` into a program under callgrind, which slows it 50 times. What the program does
 * ten times a second would be counted 50 times as often per request, and on a busy machine more often
 * still, so its intervals are stretched until next to none falls into a window.
 */
const setReal = globalThis.setInterval
const STRETCH = 1000

globalThis.setInterval = ((run: () => void, ms?: number, ...rest: []) =>
  setReal(run, (ms ?? 1) * STRETCH, ...rest)) as typeof setInterval
