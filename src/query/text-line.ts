// Lines of text as SQL sees them: for each column an expression over the line (docs/line-format.md). They are total, so that a
// line that is torn or hostile can give a wrong value but no error, and DuckDB computes only those that a question needs.

const TAGS = '(?:vlan=[0-9.]+ )?';
/** A word that is no version: one that does not begin with HTTP/. */
const NO_VERSION = '(?:[^H ][^ ]*|H(?:[^T ][^ ]*|T(?:[^T ][^ ]*|T(?:[^P ][^ ]*|P(?:[^/ ][^ ]*)?)?)?)?)?';
/** Behind the method: target, version and Host; or without a version, which a head that was cut lacks, target and Host. */
const ASKED = `[^ ]+ (?:[^ ]* [^ ]* [^ ]* |[^ ]* ${NO_VERSION} )`;

/** What a text line that counts begins with: all of it up to its last field. Torn ones mostly lack that. */
export const TEXT_LINE: string =
  '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [0-9a-f:.]+#\\d+ [0-9a-f:.]+#\\d+ ' +
  `[CS](?:Q ${TAGS}${ASKED}|R ${TAGS}[^ ]* [^ ]* )`;

/** Up to and with the type and the tags. */
const BEGINNING = `^(?:[^ ]+ ){5}${TAGS}`;
/** The four fields that end the line of a transaction: STATUS REQUEST-LENGTH RESPONSE-LENGTH MILLISECONDS. */
const ENDING = ' (\\d{3})? \\d* \\d* (\\d+\\.\\d{3})?$';
/** A request line that is no method, target and version, up to the first version in it. */
const LENIENT = `${BEGINNING}([^ ]+)( .*?)? HTTP/(\\d(?:\\.\\d)?) ([^ ]*) ?(.*)$`;
/** Behind the status code of an answer: phrase, Content-Length where it is a number, Content-Type where it is one. */
const ANSWER = `${BEGINNING}HTTP/[^ ]+ \\d{3}(.*?) (\\d*) ((?:[^ /]+/.*)?)$`;

const LENIENT_PARTS = "['method', 'target', 'version', 'host', 'agent']";
const ANSWER_PARTS = "['reason', 'length', 'content_type']";

/** Steps from the words of the line `w` to parts; each may use those of the steps before it. */
export const TEXT_STEPS: readonly (readonly [name: string, expression: string])[][] = [
  [
    // How many fields of tags stand before the start line: 0 or 1.
    ['tags', "CASE WHEN starts_with(w[6], 'vlan=') THEN 1 ELSE 0 END"],
    ['asks', "w[5] IN ('CQ', 'SQ')"],
  ],
  [
    ['usual', "asks AND regexp_full_match(w[8 + tags], 'HTTP/\\d(\\.\\d)?')"],
    // An answer without its request stands in the form of a transaction, with an empty start line.
    ['unasked', "NOT asks AND w[6 + tags] = ''"],
    ['answers', "NOT asks AND w[6 + tags] <> ''"],
  ],
  [
    ['lenient', `CASE WHEN asks AND NOT usual THEN regexp_extract(line, '${LENIENT}', ${LENIENT_PARTS}) END`],
    ['answer', `CASE WHEN answers THEN regexp_extract(line, '${ANSWER}', ${ANSWER_PARTS}) END`],
    // The fewest words of a transaction: those of its ending are not taken from a short User-Agent.
    [
      'paired',
      `unasked OR (asks AND len(w) >= 13 + tags + CASE WHEN usual THEN 1 ELSE 0 END AND regexp_matches(line, '${ENDING}'))`,
    ],
    ['client_end', 'CASE WHEN answers THEN w[4] ELSE w[3] END'],
    ['server_end', 'CASE WHEN answers THEN w[3] ELSE w[4] END'],
  ],
  [
    [
      'target_text',
      "CASE WHEN usual THEN w[7 + tags] WHEN lenient.version <> '' THEN trim(lenient.target) WHEN asks THEN w[7 + tags] END",
    ],
    [
      'host_text',
      "CASE WHEN usual THEN w[9 + tags] WHEN lenient.version <> '' THEN lenient.host WHEN asks THEN w[8 + tags] END",
    ],
    [
      'agent_text',
      `CASE WHEN usual THEN array_to_string(w[10 + tags : CASE WHEN paired THEN len(w) - 4 ELSE len(w) END], ' ')
       WHEN lenient.version <> '' THEN CASE WHEN paired THEN regexp_replace(' ' || lenient.agent, '${ENDING}', '')[2:] ELSE lenient.agent END
       WHEN asks THEN array_to_string(w[9 + tags : CASE WHEN paired THEN len(w) - 4 ELSE len(w) END], ' ') END`,
    ],
    ['status_text', 'CASE WHEN paired THEN w[-4] WHEN answers THEN w[7 + tags] END'],
  ],
];

/** The columns that text lines have, by short name; all others are NULL. */
export const TEXT_COLUMNS: Readonly<Record<string, string>> = {
  type: 'w[5]',
  client: "split_part(client_end, '#', 1)",
  client_port: "split_part(client_end, '#', 2)",
  server: "split_part(server_end, '#', 1)",
  server_port: "split_part(server_end, '#', 2)",
  network: "CASE WHEN contains(w[3], ':') THEN 'ipv6' ELSE 'ipv4' END",
  vlan: 'CASE WHEN tags = 1 THEN w[6][6:] END',
  protocol: "'http'",
  version:
    "CASE WHEN usual THEN w[8 + tags][6:] WHEN asks THEN nullif(lenient.version, '') WHEN answers THEN nullif(w[6 + tags][6:], '') END",
  method: 'CASE WHEN asks THEN httplog_plain(w[6 + tags]) END',
  target: 'httplog_plain(target_text)',
  host: "httplog_plain(nullif(host_text, ''))",
  agent: "httplog_plain(nullif(agent_text, ''))",
  request_line: `httplog_plain(CASE WHEN usual THEN NULL
    WHEN lenient.version <> '' THEN lenient.method || lenient.target || ' HTTP/' || lenient.version
    WHEN asks THEN w[6 + tags] || ' ' || w[7 + tags] END)`,
  status: 'status_text',
  reason: "httplog_plain(nullif(trim(answer.reason), ''))",
  status_line: `CASE WHEN answers AND NOT regexp_full_match(w[7 + tags], '\\d{3}')
    THEN httplog_plain(rtrim(regexp_replace(line, '${BEGINNING}', ''))) END`,
  request_length: 'CASE WHEN paired THEN w[-3] END',
  length: 'CASE WHEN paired THEN w[-2] WHEN answers THEN answer.length END',
  content_type: "httplog_plain(nullif(answer.content_type, ''))",
  duration: "CASE WHEN paired THEN replace(w[-1], '.', '') END",
};
