import { spawnSync } from 'node:child_process';
import { captureFile } from './corpora.ts';

/** An answer as tshark reports it, in the frame that ends it. */
export interface TsharkAnswer {
  /** The frame that ends its request; undefined where tshark knows of none. */
  requestIn: string | undefined;
  /** `http.time`: seconds between the two. */
  between: string | undefined;
}

/** A layer's fields, or several layers of one protocol. */
type Layer = { readonly [name: string]: Layer | string } | readonly Layer[];

const MINUTE = 60_000;
const JSON_OF_HTTP: readonly string[] = ['-T', 'json', '--no-duplicate-keys', '-J', 'http'];

/** The HTTP/1 answers of a capture, in their order, in two passes and with TCP put together. */
export function tsharkAnswers(path: string): TsharkAnswer[] {
  const flags = ['-2', '-n', '-r', captureFile(path), '-Y', 'http.response.code && tcp', ...JSON_OF_HTTP];
  const { stdout } = spawnSync('tshark', flags, { timeout: MINUTE, maxBuffer: 2 ** 30 });
  const packets: { _source: { layers: { http?: Layer } } }[] = JSON.parse(stdout.toString('utf8'));
  return packets.flatMap(({ _source: { layers } }) => [layers.http ?? []].flat()).flatMap(answersIn);
}

function answersIn(layer: Layer): TsharkAnswer[] {
  if (fieldOf(layer, 'http.response.code') === undefined) return [];
  return [{ requestIn: fieldOf(layer, 'http.request_in'), between: fieldOf(layer, 'http.time') }];
}

/** A field's value, wherever in the layer it is. */
function fieldOf(layer: Layer, name: string): string | undefined {
  for (const [key, value] of Object.entries(layer)) {
    if (key === name && typeof value === 'string') return value;
    const found = typeof value === 'string' ? undefined : fieldOf(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
