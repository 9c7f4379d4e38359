/** What Node's Buffer has and its types leave out: `toString('latin1', …)` less its choosing. */
interface Buffer {
  latin1Slice(start: number, end: number): string
}
