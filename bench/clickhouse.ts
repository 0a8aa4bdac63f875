// A real ClickHouse at the capturing end of a wire: Debian's, with its data in a directory of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './captures.ts';
import { command, endOf, signalGroup, start, undoAtEnd } from './children.ts';
import { serves, type Wire } from './network.ts';

/** The wire's namespace has these ports for itself. */
const HTTP = 8123;
const TCP = 9000;
/** Longest wait for its end, in seconds. */
const END = 30;

/** Where its records go; there need be no server. */
export const CLICKHOUSE_URL: string = `http://default@127.0.0.1:${HTTP}/default/http`;

/** A running server. */
export interface ClickHouse {
  /** Records that are there. */
  records(): number;
  stop(): Promise<void>;
}

/** Starts an empty server. Throws where it does not begin to serve. */
export async function startClickHouse(wire: Wire): Promise<ClickHouse> {
  const directory = mkdtempSync(join(benchDirectory(), 'clickhouse-'));
  const clear = undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'tmp'));
  const configuration = join(directory, 'config.xml');
  writeFileSync(configuration, settings(directory));
  writeFileSync(join(directory, 'users.xml'), USERS);
  const child = start([...wire.receiver, 'clickhouse-server', `--config-file=${configuration}`], { stdio: 'ignore' });
  await serves(wire, `127.0.0.1:${HTTP}`, join(directory, 'log'));
  const [file = '', ...before] = wire.receiver;
  const client = ['clickhouse-client', '--host', '127.0.0.1', '--port', String(TCP), '--query'];
  return {
    records: () => Number(command(file, ...before, ...client, 'SELECT count() FROM default.http')),
    async stop() {
      signalGroup(child, 'SIGTERM');
      await endOf(child, END);
      clear();
    },
  };
}

function settings(directory: string): string {
  return `<yandex><logger><level>error</level><log>${directory}/log</log></logger><listen_host>127.0.0.1</listen_host>
<http_port>${HTTP}</http_port><tcp_port>${TCP}</tcp_port><path>${directory}/data/</path><tmp_path>${directory}/tmp/</tmp_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone></yandex>
`;
}

/** Without a password: nobody else is in the namespace. */
const USERS = `<yandex><profiles><default></default></profiles><quotas><default></default></quotas><users><default>
<password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
</default></users></yandex>
`;
