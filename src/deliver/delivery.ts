// Delivery: sends the files of a spool to a receiver in their order, each until it is there.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, linesIn } from '../sink/destination.ts';
import type { Claims } from '../sink/spool-claims.ts';
import type { SpoolFile } from '../sink/spool-file.ts';
import type { Places } from './places.ts';
import { NotTaken, type Receiver, type Refusal } from './receiver.ts';

/** Milliseconds from a failure to the next attempt: each wait is twice the one before, up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

/** What delivery tells. */
export interface DeliveryWatch {
  /** The receiver has what the file held, but for what it refuses for ever. */
  delivered(file: SpoolFile, refusal: Refusal | undefined): void;
  /** All receivers are done with the file, and the spool has it no more. `damaged`: its records that the disk has lost. */
  gone(file: SpoolFile, damaged: number): void;
  /** An attempt failed: why. */
  failed(reason: string): void;
  /** There is no file. */
  idle(): void;
}

/** Delivery that goes on. */
export interface Delivery {
  /** There may be a file. */
  wake(): void;
  /** Sends what is there, and ends; or at the first failure. */
  finish(): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

/** Delivers the files of a spool to one of its receivers. */
export function startDelivery(
  directory: string,
  places: Places,
  claims: Claims,
  receiver: Receiver,
  watch: DeliveryWatch,
): Delivery {
  let isEnding = false;
  let awake = (): void => {};
  let isWoken = false;
  const sleep = (milliseconds?: number): Promise<void> =>
    new Promise((resolve) => {
      if (isWoken) return resolve();
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      awake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  /** The file that was sent in vain last. */
  let failed: string | undefined;
  let wait = FIRST_WAIT;

  /** What a run before this one left may have been sent: it was killed, or the power failed, before that was noted. */
  const isDoubtful = (file: SpoolFile): boolean => file.name === failed || places.wasThere(file);
  /** Sends the lines that are there; how many are not, though the file's name says that it holds them. */
  const sendWhole = async (file: SpoolFile, bytes: Buffer): Promise<number> => {
    const records = linesIn([bytes]);
    const refusal = records === 0 ? undefined : await receiver.send({ ...file, records, bytes }, isDoubtful(file));
    watch.delivered({ ...file, records }, refusal);
    return Math.max(0, file.records - records);
  };
  const send = async (file: SpoolFile): Promise<void> => {
    // Undefined: it makes room, or did; or somebody removed it.
    const bytes = claims.take(receiver.name, file.batch) ? await read(directory, file) : undefined;
    if (bytes === undefined) {
      if (places.missed(receiver.name)) watch.gone(file, file.records);
    } else {
      const damaged = await sendWhole(file, bytes);
      if (await places.had(receiver.name)) watch.gone(file, damaged);
    }
    claims.release(receiver.name);
  };
  const rest = async (milliseconds: number): Promise<void> => {
    // Only the end cuts this short: that there is one file more makes no server better.
    for (const until = performance.now() + milliseconds; !isEnding && performance.now() < until; ) {
      isWoken = false;
      await sleep(until - performance.now());
    }
  };
  /** Whether it may go on. */
  const attempt = async (file: SpoolFile): Promise<boolean> => {
    try {
      await send(file);
      wait = FIRST_WAIT;
      return true;
    } catch (error) {
      claims.release(receiver.name);
      failed = file.name;
      watch.failed(error instanceof Error ? error.message : String(error));
      if (isEnding) return false;
      await rest(error instanceof NotTaken ? Math.max(wait, error.wait) : wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
      return true;
    }
  };
  const run = async (): Promise<void> => {
    for (let goesOn = true; goesOn; ) {
      isWoken = false;
      const file = places.next(receiver.name);
      if (file !== undefined) goesOn = await attempt(file);
      else if (isEnding) break;
      else {
        watch.idle();
        await sleep();
      }
    }
    await receiver.close();
  };
  const wake = (): void => {
    isWoken = true;
    awake();
  };
  return {
    wake,
    finish() {
      isEnding = true;
      wake();
    },
    ended: run(),
  };
}

/** What a file holds; undefined where it is not there. */
async function read(directory: string, { name }: SpoolFile): Promise<Buffer | undefined> {
  try {
    return await readFile(join(directory, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
