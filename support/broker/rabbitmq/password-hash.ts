import { createHash } from 'node:crypto';

/** The name of the algorithm of `passwordHash` in definitions and requests. */
export const sha256Hashing = 'rabbit_password_hashing_sha256';

/**
 * The hash of a password, with a salt of its own, in Base64: four octets of salt, and the SHA-256 of these and the password.
 *
 * @see https://www.rabbitmq.com/docs/passwords#this-is-the-algorithm
 */
export function passwordHash(password: string): string {
  const salt = crypto.getRandomValues(Buffer.alloc(4));
  const hash = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, hash]).toString('base64');
}
