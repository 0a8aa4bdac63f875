// Delivery: sends the files of a spool to a receiver in their order, each until it is there.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../sink/destination.ts';
import { closedFiles, type SpoolFile } from '../sink/spool-file.ts';
import type { Places } from './places.ts';
import { NotTaken, type Receiver, type Refusal } from './receiver.ts';

/** Milliseconds from a failure to the next attempt: each wait is twice the one before, up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

/** Milliseconds that a receiver may ask to be left alone for. */
const LONGEST_REST = 60_000;

/** What delivery tells. */
export interface DeliveryWatch {
  /** This file is on its way; undefined: none is. */
  sending(name: string | undefined): void;
  /** The receiver has it, but for what it refuses for ever. `isGone`: the spool has it no more. */
  delivered(file: SpoolFile, isGone: boolean, refusal: Refusal | undefined): void;
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
export function startDelivery(directory: string, places: Places, receiver: Receiver, watch: DeliveryWatch): Delivery {
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
  /** What a run before this one left may have been sent: it was killed, or the power failed, before that was noted. */
  const doubtful = new Set(closedFiles(directory).map(({ name }) => name));
  let wait = FIRST_WAIT;

  const send = async (file: SpoolFile): Promise<void> => {
    watch.sending(file.name);
    const bytes = await readFile(join(directory, file.name)).catch(ifGone);
    const refusal = bytes && (await receiver.send({ ...file, bytes }, doubtful.has(file.name)));
    const isGone = await places.had(receiver.name, file);
    doubtful.delete(file.name);
    if (bytes !== undefined) watch.delivered(file, isGone, refusal);
    watch.sending(undefined);
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
      watch.sending(undefined);
      doubtful.add(file.name);
      watch.failed(error instanceof Error ? error.message : String(error));
      if (isEnding) return false;
      await rest(error instanceof NotTaken ? Math.min(Math.max(wait, error.wait), LONGEST_REST) : wait);
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

/** A full spool drops what it must. */
function ifGone(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
