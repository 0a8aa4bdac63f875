// Servers that stand for each other: the one that answered last is asked first.
import { NotTaken } from './receiver.ts';

/** Attempts something with one server after the other, until one of them does it. Rejects with all their reasons in one line. */
export type Turns<Server> = <T>(attempt: (server: Server, isFirst: boolean) => Promise<T>) => Promise<T>;

/** `failed` hears what went wrong with a server, and says it for people. */
export function takeTurns<Server>(
  servers: readonly Server[],
  failed: (server: Server, error: unknown) => Promise<string>,
): Turns<Server> {
  let turn = 0;
  /** When each server may be asked again, where it asked to be left alone. */
  const restUntil = new Map<Server, number>();
  const rests = (server: Server): boolean => performance.now() < (restUntil.get(server) ?? 0);
  return async (attempt) => {
    const reasons: string[] = [];
    const waits: number[] = [];
    // Where all of them rest there is none to pass over to.
    const passesOver = !servers.every(rests);
    for (let tried = 0; tried < servers.length; tried++) {
      const server = servers[turn % servers.length] as (typeof servers)[number];
      if (!(passesOver && rests(server))) {
        try {
          return await attempt(server, reasons.length === 0);
        } catch (error) {
          reasons.push(await failed(server, error));
          const wait = error instanceof NotTaken ? error.wait : 0;
          restUntil.set(server, performance.now() + wait);
          waits.push(wait);
        }
      }
      turn++;
    }
    throw new NotTaken(reasons.join('; '), Math.min(...waits));
  };
}
