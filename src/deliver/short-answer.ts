const LONGEST_ANSWER = 65_536;

/** All of an answer, which is short: whoever answers may be anybody. Rejects where it is longer than 64 KB. */
export async function readShort(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    // Left behind in the middle, a stream closes its connection.
    if (length > LONGEST_ANSWER) throw new Error('an answer of more than 64 KB');
  }
  return Buffer.concat(parts);
}
