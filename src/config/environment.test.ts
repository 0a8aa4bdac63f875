import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';
import { VARIABLES } from './options.ts';

test('every variable of the table', () => {
  for (const [variable, name] of VARIABLES) {
    expect(readEnvironment({ [variable]: 'x', PATH: '/bin' })).toEqual({
      given: [{ name, text: 'x', origin: 'environment', place: `environment ${variable}` }],
      mistakes: [],
    });
  }
});

test.each([
  'PATH',
  'XHTTPLOG_PORT',
  'httplog_port',
  'HTTPLOG',
  'HTTPLOG_NODE',
  'HTTPLOG_PIDFILE',
  'HTTPLOG_ERRFILE',
  'HTTPLOG_SERVICE_HOST',
  'HTTPLOG_SERVICE_PORT',
  'HTTPLOG_SERVICE_PORT_WEB',
  'HTTPLOG_PORT_80_TCP',
  'HTTPLOG_PORT_80_TCP_PROTO',
  'HTTPLOG_PORT_80_TCP_PORT',
  'HTTPLOG_PORT_80_UDP_ADDR',
])('%s is none of ours', (variable) => {
  expect(readEnvironment({ [variable]: 'x' })).toEqual({ given: [], mistakes: [] });
});

test('an empty variable counts as absent, whatever its name', () => {
  expect(readEnvironment({ HTTPLOG_PORT: '', HTTPLOG_PROT: '', HTTPLOG_DIR: undefined })).toEqual({
    given: [],
    mistakes: [],
  });
});

test.each([
  ['HTTPLOG_PROT', 'environment HTTPLOG_PROT: there is no such setting; did you mean HTTPLOG_PORT?'],
  ['HTTPLOG_LOGEVERY', 'environment HTTPLOG_LOGEVERY: there is no such setting; did you mean HTTPLOG_LOG_EVERY?'],
  [
    'HTTPLOG_SOMETHING_ELSE',
    `environment HTTPLOG_SOMETHING_ELSE: there is no such setting; there are ${[...VARIABLES.keys()].join(', ')}`,
  ],
  ['HTTPLOG_PORT\u001b[0m', 'environment HTTPLOG_PORT\\x1b[0m: there is no such setting; did you mean HTTPLOG_PORT?'],
])('%j is a mistake', (variable, mistake) => {
  expect(readEnvironment({ [variable]: 'x' })).toEqual({ given: [], mistakes: [mistake] });
});
