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
  return async (attempt) => {
    const reasons: string[] = [];
    const waits: number[] = [];
    for (let tried = 0; tried < servers.length; tried++) {
      const server = servers[turn % servers.length] as (typeof servers)[number];
      try {
        return await attempt(server, tried === 0);
      } catch (error) {
        reasons.push(await failed(server, error));
        waits.push(error instanceof NotTaken ? error.wait : 0);
        turn++;
      }
    }
    throw new NotTaken(reasons.join('; '), Math.min(...waits));
  };
}
