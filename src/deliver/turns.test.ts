import { expect, test } from 'vitest';
import { NotTaken } from './receiver.ts';
import { takeTurns } from './turns.ts';

/** Three servers, of which the first ones ask for a rest of so many milliseconds, and the others fail. */
function openTurns(waits: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const inTurn = takeTurns(['a', 'b', 'c'], async (server) => server);
  const attempt = async (): Promise<unknown> => {
    asked.length = 0;
    try {
      return await inTurn(async (server, isFirst) => {
        asked.push(isFirst ? `${server} first` : server);
        if (server in waits) throw new NotTaken('', waits[server] ?? 0);
        return server;
      });
    } catch (error) {
      return error instanceof NotTaken ? [error.message, error.wait] : error;
    }
  };
  return { asked, attempt };
}

test('the one that took something is asked first', async () => {
  const { asked, attempt } = openTurns({ a: 0 });
  expect([await attempt(), asked.join()]).toEqual(['b', 'a first,b']);
  expect([await attempt(), asked.join()]).toEqual(['b', 'b first']);
});

test('one that asked for a rest is passed over until it is over', async () => {
  const { asked, attempt } = openTurns({ a: 300, b: 0, c: 0 });
  expect([await attempt(), asked.join()]).toEqual([['a; b; c', 0], 'a first,b,c']);
  expect([await attempt(), asked.join()]).toEqual([['b; c', 0], 'b first,c']);
  await new Promise((resolve) => setTimeout(resolve, 310));
  expect([await attempt(), asked.join()]).toEqual([['a; b; c', 0], 'a first,b,c']);
});

test('where all of them rest the shortest is waited for, a minute at the most, and who asks earlier asks all', async () => {
  const { asked, attempt } = openTurns({ a: 3_600_000, b: 100_000, c: 90_000 });
  expect([await attempt(), asked.join()]).toEqual([['a; b; c', 60_000], 'a first,b,c']);
  expect([await attempt(), asked.join()]).toEqual([['a; b; c', 60_000], 'a first,b,c']);
});
