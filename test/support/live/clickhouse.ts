import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pause } from './wait.ts';

// Debian's clickhouse-server with its data in a directory of a test: 18.16, which knows neither codecs nor tokens.

/** A server that can be stopped, killed and started again over the same data. */
export interface ClickHouseServer {
  readonly port: number;
  /** Starts it and waits until it answers. */
  start(): Promise<void>;
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void;
  /** Replaces the password; it holds from the next start on. */
  setPassword(password: string): void;
  /** Whether the user may only read; it holds from the next start on. */
  setReadOnly(isReadOnly: boolean): void;
  /** Carries out what has no answer. */
  carryOut(query: string): Promise<void>;
  /** The rows of an answer, each as its columns. */
  rows(query: string): Promise<string[][]>;
}

export const USER = 'httplog';

/** A server that is not started yet. `tls`: certificate and key, for that port. */
export async function makeClickHouse(
  directory: string,
  firstPassword: string,
  tls?: { readonly certificate: string; readonly key: string; readonly port: number },
  listen = '127.0.0.1',
): Promise<ClickHouseServer> {
  const [port, tcp] = [await freePort(), await freePort()];
  let password = firstPassword;
  let isReadOnly = false;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'config.xml'), configuration(directory, listen, port, tcp, tls));
  const writeUsers = (): void => writeFileSync(join(directory, 'users.xml'), users(password, isReadOnly));
  writeUsers();
  let child: ReturnType<typeof spawn> | undefined;
  const ask = async (query: string): Promise<string> => {
    const signal = AbortSignal.timeout(10_000);
    const headers = { 'X-ClickHouse-User': USER, 'X-ClickHouse-Key': password };
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: query, headers, signal });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  };
  const answers = (): Promise<boolean> =>
    ask('SELECT 1').then(
      () => true,
      () => false,
    );
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (running === undefined) return;
    child = undefined;
    const ended = new Promise((resolve) => running.on('exit', resolve));
    running.kill(signal);
    await ended;
  };
  onTestFinished(() => stop('SIGKILL'));
  return {
    port,
    async start() {
      child = spawn('clickhouse-server', [`--config-file=${join(directory, 'config.xml')}`], { stdio: 'ignore' });
      for (const end = performance.now() + 30_000; !(await answers()); await pause(50)) {
        if (performance.now() > end) throw new Error('ClickHouse does not answer');
      }
    },
    stop,
    signal: (signal) => child?.kill(signal),
    setPassword(next) {
      password = next;
      writeUsers();
    },
    setReadOnly(next) {
      isReadOnly = next;
      writeUsers();
    },
    async carryOut(query) {
      await ask(query);
    },
    async rows(query) {
      const text = await ask(`${query} FORMAT TabSeparated`);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'));
    },
  };
}

/** A port of the loopback interface that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function configuration(
  directory: string,
  listen: string,
  port: number,
  tcp: number,
  tls: Parameters<typeof makeClickHouse>[2],
): string {
  const secure =
    tls === undefined
      ? ''
      : `<https_port>${tls.port}</https_port><openSSL><server><certificateFile>${tls.certificate}</certificateFile>
<privateKeyFile>${tls.key}</privateKeyFile><verificationMode>none</verificationMode></server></openSSL>`;
  return `<yandex><logger><level>error</level><log>${directory}/log</log></logger><listen_host>${listen}</listen_host>
<http_port>${port}</http_port><tcp_port>${tcp}</tcp_port><path>${directory}/data/</path><tmp_path>${directory}/tmp/</tmp_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>${secure}</yandex>`;
}

function users(password: string, isReadOnly: boolean): string {
  const profile = isReadOnly ? '<readonly>1</readonly>' : '';
  return `<yandex><profiles><default>${profile}</default></profiles><quotas><default></default></quotas><users><${USER}>
<password>${password}</password><networks><ip>127.0.0.0/8</ip><ip>10.0.0.0/8</ip></networks><profile>default</profile><quota>default</quota>
</${USER}></users></yandex>`;
}
