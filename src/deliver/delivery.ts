// Delivery: sends the files of a spool in their order, each until it is there; then it goes.
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../sink/destination.ts';
import { closedFiles, type SpoolFile } from '../sink/spool-file.ts';
import type { Receiver } from './receiver.ts';

/** Milliseconds from a failure to the next attempt: each wait is twice the one before, up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

/** What delivery tells. */
export interface DeliveryWatch {
  /** This file is on its way; undefined: none is. */
  sending(name: string | undefined): void;
  /** It is there, and gone from the spool. */
  delivered(file: SpoolFile): void;
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

/** Delivers the files of a spool. */
export function startDelivery(directory: string, receiver: Receiver, watch: DeliveryWatch): Delivery {
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
  /** A run before this one may have sent the oldest file and been killed before it was removed. */
  let doubtful: string | undefined = closedFiles(directory)[0]?.name;
  let wait = FIRST_WAIT;

  const send = async (file: SpoolFile): Promise<void> => {
    const path = join(directory, file.name);
    watch.sending(file.name);
    const bytes = await readFile(path).catch(ifGone);
    if (bytes !== undefined) {
      await receiver.send({ ...file, bytes }, doubtful === file.name);
      await unlink(path).catch(ifGone);
      watch.delivered(file);
    }
    watch.sending(undefined);
  };
  /** Whether it may go on. */
  const attempt = async (file: SpoolFile): Promise<boolean> => {
    try {
      await send(file);
      wait = FIRST_WAIT;
      return true;
    } catch (error) {
      watch.sending(undefined);
      doubtful = file.name;
      watch.failed(error instanceof Error ? error.message : String(error));
      if (isEnding) return false;
      // Only the end cuts this wait short: that there is one file more makes no server better.
      for (const until = performance.now() + wait; !isEnding && performance.now() < until; ) {
        isWoken = false;
        await sleep(until - performance.now());
      }
      wait = Math.min(2 * wait, LONGEST_WAIT);
      return true;
    }
  };
  const run = async (): Promise<void> => {
    for (let goesOn = true; goesOn; ) {
      isWoken = false;
      const [file] = closedFiles(directory);
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
