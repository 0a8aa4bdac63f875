// When the writer looks for full areas: at once when lines come after a quiet time, then by the clock as long as more come,
// as NAPI polls a network card. To wake a sleeping thread for each block costs more than all that is done with it.
import { type Control, WRITER_TOLD } from './control.ts';
import type { Writer } from './writer.ts';

/** Milliseconds from one look to the next. */
const AGAIN = 100;

/** Lets the writer look. What comes back is called when a capture thread tells that areas are full. */
export function openWriterClock(writer: Writer, control: Control): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    if (!writer.wake()) {
      // From here on it is told again. What was handed over before that is found by one more look.
      Atomics.store(control, WRITER_TOLD, 0);
      if (!writer.wake()) return;
    }
    timer = setTimeout(look, AGAIN).unref();
  };
  return () => {
    clearTimeout(timer);
    look();
  };
}
