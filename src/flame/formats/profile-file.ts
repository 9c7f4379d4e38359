/** Profiles in files: reads those of other tools and the lab's own, and saves a tree for other tools. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { mustBeWritableFile, writeWhole } from '../../run/disk.ts'
import { LabError } from '../../run/lab-error.ts'
import { labRoot } from '../../run/server.ts'
import type { FrameTree, Unit } from '../tree.ts'
import { writeCollapsed } from './collapsed.ts'
import { writeCpuProfile } from './cpuprofile.ts'
import { writeHeapProfile } from './heapprofile.ts'
import { type ReadOptions, readProfile } from './read-profile.ts'
import { writeSpeedscope } from './speedscope.ts'
import { defaultLimits, refusal, tooLarge } from './stack-import.ts'

/**
 * Reads a profile from a file: a tree of time, bytes or samples, see `FrameTree.unit`, grouped by
 * layers, with `file` set if another tool has written it.
 * @throws LabError if there is no such file, or as `readProfile` does
 */
export async function readProfileFile(path: string, options: ReadOptions = {}): Promise<FrameTree> {
  const file = await opened(path)
  const context = { name: basename(path) }
  try {
    const about = await file.stat()
    if (about.isDirectory()) {
      throw refusal(context, 'is a directory', {
        means: 'the recording of a directory of results is its profile.json',
        next: `npm run flame -- ${path.replace(/\/+$/, '')}/profile.json`,
      })
    }
    if (!about.isFile()) {
      throw refusal(context, 'is a pipe or a device, not a file', {
        next: 'write the profile to a file, and name that',
      })
    }
    const { bytes } = { ...defaultLimits, ...options.limits }
    if (about.size > bytes) throw tooLarge(context, bytes, 'bytes of such a file')
    const stream = file.createReadStream({ autoClose: false, highWaterMark: 2 ** 18 })
    return await readProfile(context.name, stream, { checkout: labRoot, ...options })
  } finally {
    await file.close()
  }
}

/** Opens a file without waiting for a program at the other end of a pipe. */
async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'you have no permission to read it'
          : (failure as Error).message
    throw new LabError(`${path} cannot be read: ${why}`, {
      next: 'npm run flame -- --help',
      cause: failure,
    })
  }
}

interface Format {
  ending: RegExp
  write: (tree: FrameTree, name: string) => string
}

const formats: readonly Format[] = [
  { ending: /\.speedscope\.json$/, write: writeSpeedscope },
  { ending: /\.(?:folded|collapsed|txt)$/, write: writeCollapsed },
  { ending: /\.cpuprofile$/, write: writeCpuProfile },
  { ending: /\.heapprofile$/, write: writeHeapProfile },
]

/** The endings that say which format is written, for help and errors. */
export const savedEndings = '.cpuprofile, .heapprofile, .speedscope.json, .folded'

/**
 * Looks at the words before a recording is made: whether the ending is known, whether its format holds
 * such a recording, and whether the place can be written.
 * @param of what will be recorded; undefined if only the recording itself says so
 * @throws LabError if not
 */
export function mustBeSavable(path: string, of: Unit['of'] | undefined): void {
  const format = formatOf(path)
  if (of !== undefined) mustHold(format, path, of)
  mustBeWritableFile(path, '--save')
}

/**
 * Saves a tree for other tools; the ending of the name says in which format.
 * @param title of the recording, if the format has room for one
 * @throws LabError if the ending is not known, the format has no such unit, or it cannot be written
 */
export function saveProfile(path: string, tree: FrameTree, title: string): void {
  const format = formatOf(path)
  mustHold(format, path, tree.unit.of)
  writeWhole(path, format.write(tree, title))
}

function mustHold({ write }: Format, path: string, of: Unit['of']): void {
  if (write === writeCpuProfile && of !== 'µs') {
    throw unfit(path, 'a .cpuprofile is of time', of === 'bytes' ? '.heapprofile' : '.folded')
  }
  if (write === writeHeapProfile && of !== 'bytes') {
    throw unfit(path, 'a .heapprofile is of bytes', of === 'µs' ? '.cpuprofile' : '.folded')
  }
}

function formatOf(path: string): Format {
  const format = formats.find(({ ending }) => ending.test(path))
  if (format !== undefined) return format
  throw new LabError(`${basename(path)} has none of the endings that --save knows`, {
    means: `the ending says the format: ${savedEndings}`,
    next: '--save profile.speedscope.json',
    exitCode: 2,
  })
}

function unfit(path: string, why: string, ending: string): LabError {
  const other = basename(path).replace(/\.\w+$/, ending)
  return new LabError(`${basename(path)} cannot hold this profile: ${why}`, {
    next: `--save ${other}`,
    exitCode: 2,
  })
}
