// One live run: a program listens on the wire while traffic goes over it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Expected, Found } from './expected.ts';
import { DEVICE, type Wire } from './network.ts';
import { cpuSeconds, packetSockets } from './process-times.ts';
import { foundBy, type LiveProgram } from './programs.ts';
import { type Measured, type Meter, measure } from './run.ts';

/** Longest wait for a program to listen, in seconds. */
const READY = 15;
/** Milliseconds that a program has to settle when it listens, and to write when the traffic is over. */
const SETTLE = 300;
/** Longest wait for its end after the signal, in seconds: tshark works through what it has stored. */
const END = 60;

/** What a live run took and found. */
export interface LiveRun extends Measured, Found {
  /** CPU seconds from just before the traffic until just after it. */
  readonly during: number;
  readonly expected: Expected;
}

/** A program that listens, with what it has used so far. */
export interface Listening {
  readonly pid: number;
  readonly meter: Meter;
  /** CPU seconds so far. */
  cpu(): number;
  /** Stops it; the meter's directory must then be cleared. */
  stop(): Promise<Measured>;
}

/** Starts a program and waits until it listens. */
export async function listen(
  wire: Wire,
  program: LiveProgram,
  port: number,
  devices: string = DEVICE,
): Promise<Listening> {
  const meter = measure([...wire.receiver, ...program.command(devices, port)]);
  const until = performance.now() + READY * 1000;
  for (;;) {
    const pid = meter.pid();
    if (pid !== undefined && packetSockets(pid) > 0 && cpuSeconds(pid) > 0) break;
    if (performance.now() > until) throw new Error(`${program.name} did not begin to listen: ${meter.stderr().trim()}`);
    await pause(10);
  }
  await pause(SETTLE);
  const pid = meter.pid() ?? 0;
  return {
    pid,
    meter,
    cpu: () => cpuSeconds(pid),
    stop() {
      process.kill(pid, program.stop);
      return meter.ended(END);
    },
  };
}

/** Runs a program while `traffic` goes over the wire. Throws where it does not listen or does not end. */
export async function liveRun(
  wire: Wire,
  program: LiveProgram,
  port: number,
  traffic: () => Promise<Expected>,
): Promise<LiveRun> {
  const listening = await listen(wire, program, port);
  const { meter } = listening;
  try {
    const before = listening.cpu();
    const expected = await traffic();
    await pause(SETTLE);
    const during = listening.cpu() - before;
    const measured = await listening.stop();
    const found = foundBy(program, meter.directory, expected, measured.status);
    return { ...measured, ...found, during, expected };
  } finally {
    meter.clear();
  }
}
