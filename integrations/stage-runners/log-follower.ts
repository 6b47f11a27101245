import { open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { orNullIfMissing } from '../host/system-error.js'

const PIECE_BYTES = 65_536

type Deliver = (offset: number, text: string) => Promise<void>

/** Follows a growing text file from its beginning and delivers new text with its offset in characters. */
export interface LogFollower {
  /** Delivers what was written since. Undelivered text is kept and sent first the next time. */
  follow(): Promise<void>
}

async function readPiece(file: string, position: number): Promise<Buffer> {
  const handle = await orNullIfMissing(open(file, 'r'))
  if (handle === null) return Buffer.alloc(0)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** See {@link LogFollower}. A missing file counts as empty. */
export function createLogFollower(file: string, deliver: Deliver): LogFollower {
  const decoder = new StringDecoder('utf8')
  let position = 0
  let offset = 0
  let pending = ''

  async function deliverPending(): Promise<void> {
    if (pending === '') return
    await deliver(offset, pending)
    offset += pending.length
    pending = ''
  }

  return {
    follow: async () => {
      for (;;) {
        await deliverPending()
        const piece = await readPiece(file, position)
        if (piece.length === 0) return
        position += piece.length
        pending = decoder.write(piece)
      }
    },
  }
}
