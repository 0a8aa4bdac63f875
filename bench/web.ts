// A real web server and its clients: nginx where traffic is captured, wrk at the other end.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './captures.ts';
import { endOf, signalGroup, start, undoAtEnd } from './children.ts';
import type { Expected } from './expected.ts';
import { SERVER, serves, type Wire } from './network.ts';

const CONNECTIONS = 50;
/** Bytes of the files, with the share of each. */
const FILES = [
  [100, 33],
  [1024, 31],
  [10240, 27],
  [102400, 9],
] as const;

/** A running web server. */
export interface Web {
  /** Has it asked for this many seconds, each connection this many milliseconds after its last answer; what was asked and answered. */
  load(seconds: number, pauseMilliseconds?: number): Promise<Expected>;
  stop(): void;
}

/** Starts nginx at the capturing end of a wire. Throws where it does not begin to serve. */
export async function startWeb(wire: Wire): Promise<Web> {
  const directory = mkdtempSync(join(benchDirectory(), 'web-'));
  const clear = undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'files'));
  for (const [bytes] of FILES) writeFileSync(join(directory, 'files', String(bytes)), Buffer.alloc(bytes, 'x'));
  writeFileSync(join(directory, 'nginx.conf'), nginxSettings(directory));
  const server = start(
    [...wire.receiver, 'nginx', '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'errors')],
    {
      stdio: 'ignore',
    },
  );
  await serves(wire, `${SERVER}:80`, join(directory, 'errors'));
  return {
    load: (seconds, pauseMilliseconds = 0) => load(wire, directory, seconds, pauseMilliseconds),
    stop() {
      signalGroup(server, 'SIGTERM');
      clear();
    },
  };
}

function nginxSettings(directory: string): string {
  return `daemon off; worker_processes 1; user root; pid ${directory}/pid; error_log ${directory}/errors;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on; default_type text/html;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server { listen ${SERVER}:80; root ${directory}/files; }
}
`;
}

/** Heads as a browser sends them, and the files in a fixed order. */
const WRK_SCRIPT = `
local files = {}
for _, one in ipairs({${FILES.map(([bytes, share]) => `{"/${bytes}", ${share}}`).join(', ')}}) do
  for _ = 1, one[2] do files[#files + 1] = one[1] end
end
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"
wrk.headers["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
wrk.headers["Accept-Encoding"] = "gzip, deflate"
wrk.headers["Cookie"] = "sid=" .. string.rep("0123456789abcdef", 16)
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", files[(n * 37) % #files + 1] .. "?page=" .. n)
end
`;

/** wrk counts whole answers; at its end each connection may have one more that is asked or half answered. */
async function load(wire: Wire, directory: string, seconds: number, pauseMilliseconds: number): Promise<Expected> {
  const script = join(directory, 'wrk.lua');
  writeFileSync(
    script,
    pauseMilliseconds === 0 ? WRK_SCRIPT : `${WRK_SCRIPT}function delay() return ${pauseMilliseconds} end\n`,
  );
  const out = join(directory, 'wrk.out');
  const words = ['wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, `http://${SERVER}/`];
  const child = start([...wire.sender, 'sh', '-c', 'out=$0; exec "$@" >"$out" 2>&1', out, ...words], {
    stdio: 'ignore',
  });
  const status = await endOf(child, seconds + 20);
  const said = readFileSync(out, 'utf8');
  const requests = Number(/(\d+) requests in /.exec(said)?.[1]);
  const failed = /Non-2xx|Socket errors/.exec(said);
  if (status !== 0 || !(requests > 0) || failed !== null) throw new Error(`wrk: ${said.trim()}`);
  const messages = 2 * requests;
  const atMost = messages + 2 * CONNECTIONS;
  return { packets: 0, messages, requests, untagged: messages, connections: CONNECTIONS, atMost };
}
