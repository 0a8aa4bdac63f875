import { expect, test } from 'vitest';
import { sudoCommand } from './sudo-command.ts';

test.each([
  [['httplog.js', '-i', 'eth0,eth1', '-d=/log'], 'sudo /bin/node httplog.js -i eth0,eth1 -d=/log'],
  [['a b.js', '-f', "it's $HOME", ''], `sudo /bin/node 'a b.js' -f 'it'\\''s $HOME' ''`],
])('%j', (values, command) => expect(sudoCommand('/bin/node', values)).toBe(command));
