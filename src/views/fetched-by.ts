/** Whether a page or picture can be shown without a request. */

const patterns: readonly RegExp[] = [
  // What a browser loads by itself. A link to click on is not loaded, nor is a place in the page.
  /<(?:script|img|image|iframe|frame|link|use|source|video|audio|embed|object|track|base|form)\b[^>]*?\s(?:src|srcset|href|xlink:href|data|action)\s*=\s*["']?\s*(?!#|data:|["'\s>])[^\s"'>]+/gi,
  /<meta\b[^>]*http-equiv\s*=\s*["']?refresh[^>]*>/gi,
  /@import\s[^;]+/gi,
  // Of a style; `new URL(…)` in a script loads nothing.
  /(?<!\bnew )\burl\(\s*["']?(?!#|data:)[^)\s"']+/gi,
  // A script may send requests to the page's own origin, which is a file or nothing.
  /\b(?:fetch|importScripts|sendBeacon|import|WebSocket|EventSource|Worker|SharedWorker)\s*\(\s*["'`](?:https?:|wss?:)?\/\/[^"'`]*/g,
  /\.open\(\s*["'`][A-Z]+["'`]\s*,\s*["'`](?:https?:)?\/\/[^"'`]*/g,
]

/** Each thing that a browser would fetch for this HTML or SVG, or could, as it is written. */
export function fetchedBy(page: string): string[] {
  return patterns.flatMap((pattern) => [...page.matchAll(pattern)].map(([found]) => found))
}
