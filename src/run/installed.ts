import { spawnSync } from 'node:child_process'

/** True where the program can be run: it is started with `--version`, some milliseconds. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}
