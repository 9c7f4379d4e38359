import {
  type Arguments as ArgumentsInterface,
  type SavedArguments,
  SavedValues,
} from '../../src/server/arguments.ts'
import { ownBytes, type StoredValue } from '../../src/server/value.ts'

/** The arguments of one command, each in a Buffer of its own. */
export class Arguments implements ArgumentsInterface {
  private readonly args: Buffer[]

  constructor(args: Buffer[]) {
    this.args = args
  }

  get count(): number {
    return this.args.length
  }

  word(index: number): string {
    return this.text(index).toUpperCase()
  }

  text(index: number): string {
    return this.args[index]!.toString('latin1')
  }

  key(index: number): string {
    return this.text(index)
  }

  /** The parser's copy is a slice of Buffer's pool, and would keep all of that for as long as the key. */
  value(index: number): StoredValue {
    return ownBytes(this.args[index]!)
  }

  saved(): SavedArguments {
    return new SavedValues(this)
  }
}
