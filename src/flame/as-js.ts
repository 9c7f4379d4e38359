/**
 * Makes modules in TypeScript look like JavaScript to a profiler that goes by the end of a name: the
 * URL of each gets `?.js` at its end. 0x and clinic file a `.ts` frame under V8's own, which their
 * pages hide. Names and lines stay what they are. To be loaded first, by `--import`.
 */
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url.endsWith('.ts') ? { ...found, url: `${found.url}?.js` } : found
  },
})
