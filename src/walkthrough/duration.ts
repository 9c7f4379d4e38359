/** `20 s`, `2 min`; how long something takes, for a person. */
export function durationText(seconds: number): string {
  if (seconds < 55) return `${Math.max(5, Math.round(seconds / 5) * 5)} s`
  return `${Math.round(seconds / 60)} min`
}
