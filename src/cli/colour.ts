import { Chalk, chalkStderr, supportsColor } from 'chalk'

/** NO_COLOR, set to anything, means no colour: https://no-color.org. Chalk itself does not look. */
const wanted = (process.env.NO_COLOR ?? '') === ''

/** Colours for standard output; plain text if it is a pipe, or NO_COLOR is set. */
export const paint = new Chalk({ level: wanted && supportsColor ? supportsColor.level : 0 })

/** The same for standard error, where progress and errors go. */
export const paintError = new Chalk({ level: wanted ? chalkStderr.level : 0 })
