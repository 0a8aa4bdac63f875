import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './network.ts';
import { type Running, startProcess } from './program.ts';
import { until } from './wait.ts';
import { linesOf } from './workspace.ts';

// nginx on a host, and what its own access log says of the requests that it answered.

/** A request as nginx logs it with `LOG_FORMAT`. */
export interface Logged {
  readonly port: number;
  /** Number of the request in its connection, from 1. */
  readonly number: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** Bytes sent behind the answer's head: chunk sizes are among them. */
  readonly sent: number;
  /** Seconds, of which nginx knows milliseconds. */
  readonly seconds: number;
}

const LOG_FORMAT =
  '$remote_port $connection_requests $request_method $request_uri $status $body_bytes_sent $request_time';

/** Starts nginx on port 80 of a host, with its files in a directory, and these directives in its server. */
export async function startNginx(place: string, host: Host, directives: string): Promise<Running> {
  const configuration = join(place, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${place}/${name};`,
  );
  writeFileSync(
    configuration,
    `user root; daemon off; master_process off; pid ${place}/nginx.pid; error_log ${place}/error.log;
events { worker_connections 256; }
http { log_format own '${LOG_FORMAT}'; access_log ${place}/access.log own; keepalive_requests 1000000;
${temporary.join(' ')}
server { listen 80; ${directives} } }`,
  );
  const values = ['-c', configuration, '-p', place, '-e', `${place}/error.log`];
  const checked = spawnSync('nginx', ['-t', ...values], { encoding: 'utf8' });
  if (checked.status !== 0) throw new Error(`nginx: ${checked.stderr}`);
  const before = ['netns', 'exec', host.namespace];
  const nginx = startProcess(['ip', ...before, 'nginx', ...values]);
  await until('nginx to listen', () =>
    execFileSync('ip', [...before, 'ss', '-ltnH'], { encoding: 'utf8' }).includes(':80 '),
  );
  return nginx;
}

/** What nginx has logged in its directory. It may write the last lines when it ends. */
export function nginxLog(place: string): Logged[] {
  return linesOf(readFileSync(join(place, 'access.log'), 'utf8')).map((line) => {
    const [port, number, method = '', target = '', status, sent, seconds] = line.split(' ');
    return {
      port: Number(port),
      number: Number(number),
      method,
      target,
      status: Number(status),
      sent: Number(sent),
      seconds: Number(seconds),
    };
  });
}
