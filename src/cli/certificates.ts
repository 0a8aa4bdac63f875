// Whether a file holds certificates, before anything is sent: TLS itself passes over in silence what it can't read.
import { X509Certificate } from 'node:crypto';

const CERTIFICATE: RegExp = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----.*?-----END \1-----/gs;

/** True where there is one at least, and each can be read. */
export function holdsCertificates(pem: Buffer): boolean {
  const found = pem.toString('latin1').match(CERTIFICATE) ?? [];
  return found.length > 0 && found.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
