// ClickHouse as a receiver, by its official client. A batch is there once: the piece's name is the insert's deduplication token,
// its query's name, and a column, by which it is looked for where it is not known what became of an insert.
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { begin, insert, type Known, look, type Server } from './clickhouse-server.ts';
import { type ClickHouseUrl, shown } from './clickhouse-url.ts';
import { halvesOf, type Piece, piecesOf, restOf } from './pieces.ts';
import { inOne, type Receiver, type Refusal } from './receiver.ts';
import { readAgain } from './secret-file.ts';
import { errorCode, isAboutData, reasonOf, ServerError } from './server-error.ts';
import { takeTurns } from './turns.ts';

/** How ClickHouse is reached. */
export interface ClickHouseSettings {
  /** Tried in turn; each of the same table. */
  readonly urls: readonly ClickHouseUrl[];
  /** What the password file held at the start, and where it is: it may be read again. */
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  /** Certificates of the authority that the servers' are signed by, as PEM. */
  readonly authority: Uint8Array | undefined;
  /** What is not there of the schema is made. */
  readonly create: boolean;
}

/** Milliseconds that a server may be silent. */
const LONGEST_SILENCE = 30_000;
/** Wrong password in old servers, no password given, and both as newer ones say it. */
const NO_ENTRY: readonly number[] = [193, 194, 516];
/** No such table, no such database. */
const NO_TABLE: readonly number[] = [60, 81];
/** So often a server must say the same of a piece before it is believed that this is the piece's fault. */
const BELIEVED = 3;
/** Inserts a second that a table has at most: so fast it forgets tokens. */
const BUSIEST = 250;

/** Opens ClickHouse; nothing is sent yet. `moved` hears whenever something was taken. */
export function openClickHouse(settings: ClickHouseSettings, moved: () => void = () => {}): Receiver {
  let { password } = settings;
  const connect = (url: ClickHouseUrl): ClickHouseClient => clientOf(url, password, settings.authority);
  const servers: Server[] = settings.urls.map((url) => ({ url, client: connect(url), known: undefined }));
  const readable = (server: Server, error: unknown): string => reasonOf(error, [server.url.password, password]);
  const inTurn = takeTurns(servers, async (server, error) => {
    const reason = readable(server, error);
    if (NO_ENTRY.includes(errorCode(error))) await refused(server);
    // It may be another one when it is there again.
    server.known = undefined;
    return `${shown(server.url)}: ${reason}${NO_TABLE.includes(errorCode(error)) ? MAKE_IT : ''}`;
  });
  const refused = async (server: Server): Promise<void> => {
    password = readAgain(settings.passwordFile) ?? password;
    await server.client.close();
    server.client = connect(server.url);
  };
  /** The batch that is on its way, and when it was first; for one that an earlier run may have sent nobody knows. */
  let first = { batch: '', at: 0 };
  /** The piece that servers said no to last, how often in a row, and why. */
  let trouble = { piece: '', times: 0, reason: '' };

  /** A piece that may be there. */
  const sendAgain = async (server: Server, known: Known, piece: Piece): Promise<Refusal[]> => {
    let there = await look(server, known, piece);
    const reason = trouble.piece === piece.name ? trouble.reason : 'refused by an earlier run';
    if (there.split > 0) return sendSplit(server, known, piece, reason);
    // What knows the piece again does not take it twice, but gives it to a view that has missed it.
    const isKnownAgain = performance.now() - first.at < (1000 * known.window) / BUSIEST;
    if (isKnownAgain) {
      await insert(server, known, piece, { token: piece.name });
      there = await look(server, known, piece);
    }
    if (there.own >= piece.records) return [];
    // Killed in the wrong instant, a server without replicas knows a piece again that it does not have.
    const isNew = there.own === 0 && (known.isReplicated || !isKnownAgain);
    await insert(server, known, restOf(piece, there.own), { token: isNew ? piece.name : `${piece.name}+${there.own}` });
    return [];
  };
  const sendPiece = async (server: Server, known: Known, piece: Piece, isDoubtful: boolean): Promise<Refusal[]> => {
    try {
      if (isDoubtful) return await sendAgain(server, known, piece);
      await insert(server, known, piece, { token: piece.name });
      return [];
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const times = trouble.piece === piece.name ? trouble.times + 1 : 1;
      trouble = { piece: piece.name, times, reason: readable(server, error) };
      if (times < BELIEVED && isAboutData(error)) return sendPiece(server, known, piece, true);
      if (times < BELIEVED) throw error;
      // A view that fails keeps no record out of the table.
      if ((await look(server, known, piece)).own >= piece.records) return [];
      if (!isAboutData(error)) throw error;
      return sendSplit(server, known, piece, trouble.reason);
    }
  };
  const sendTo = async (server: Server, pieces: () => readonly Piece[], isDoubtful: boolean): Promise<Refusal[]> => {
    server.known ??= await begin(server, settings.create);
    const refusals: Refusal[] = [];
    for (const piece of pieces()) {
      refusals.push(...(await sendPiece(server, server.known, piece, isDoubtful)));
      moved();
    }
    return refusals;
  };
  return {
    name: 'clickhouse',
    async send({ batch, bytes }, isDoubtful) {
      if (first.batch !== batch) first = { batch, at: isDoubtful ? Number.NEGATIVE_INFINITY : performance.now() };
      const refusals: Refusal[] = [];
      let made: readonly Piece[] | undefined;
      // Not before a server has answered: while none does this would be done for nothing again and again.
      const pieces = (): readonly Piece[] => {
        made ??= piecesOf(batch, bytes, (refusal) => refusals.push(refusal));
        return made;
      };
      refusals.push(...(await inTurn((server, isFirst) => sendTo(server, pieces, isDoubtful || !isFirst))));
      return inOne(refusals);
    },
    async close() {
      for (const { client } of servers) await client.close();
    },
  };
}

const MAKE_IT = ' (-clickhouse_create makes it, or what httplog clickhouse-schema prints)';

function clientOf(
  url: ClickHouseUrl,
  password: string | undefined,
  authority: Uint8Array | undefined,
): ClickHouseClient {
  return createClient({
    url: url.origin,
    username: url.user,
    password: url.password ?? password ?? '',
    application: 'httplog',
    request_timeout: LONGEST_SILENCE,
    log: { level: ClickHouseLogLevel.OFF },
    ...(authority === undefined ? {} : { tls: { ca_cert: Buffer.from(authority) } }),
  });
}

/** Sends a piece of which the server refuses something for ever: it passes over what it can't read; where it takes nothing, by halves. */
async function sendSplit(server: Server, known: Known, piece: Piece, reason: string): Promise<Refusal[]> {
  if (piece.records === 1) return [{ records: 1, reason }];
  const refusals: Refusal[] = [];
  for (const half of halvesOf(piece)) refusals.push(...(await sendTolerantly(server, known, half, reason)));
  return refusals;
}

async function sendTolerantly(server: Server, known: Known, piece: Piece, reason: string): Promise<Refusal[]> {
  const before = await look(server, known, piece);
  if (before.own > 0) return missing(piece, before.own, reason);
  if (before.split > 0) return sendSplit(server, known, piece, reason);
  try {
    await insert(server, known, piece, { token: piece.name, isTolerant: true });
  } catch (error) {
    if (!(error instanceof ServerError) || !isAboutData(error)) throw error;
    const after = await look(server, known, piece);
    return after.own > 0 ? missing(piece, after.own, reason) : sendSplit(server, known, piece, reason);
  }
  return missing(piece, (await look(server, known, piece)).own, reason);
}

function missing({ records }: Piece, there: number, reason: string): Refusal[] {
  return there >= records ? [] : [{ records: records - there, reason }];
}
