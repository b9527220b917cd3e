import { expect, test } from 'vitest';

import { UsageError } from '../../errors.ts';
import { readExternalSettings } from './settings.ts';

test.each([
  [
    'amqp://broker',
    {
      addresses: [{ host: 'broker', port: 5672 }],
      tls: false,
      virtualHost: '/',
      username: 'guest',
      password: 'guest',
    },
  ],
  ['amqps://broker', { addresses: [{ host: 'broker', port: 5671 }], tls: true }],
  [
    'amqp://me:secret@[::1]:1234/',
    { addresses: [{ host: '::1', port: 1234 }], username: 'me', virtualHost: '/' },
  ],
  ['amqp://me:secret@broker/%2F', { virtualHost: '/' }],
  ['amqp://me:secret@broker/a%2Fb', { virtualHost: 'a/b' }],
  ['amqp://m%40e:se%23cr%2Fet%C3%A9@broker/v', { username: 'm@e', password: 'se#cr/eté', virtualHost: 'v' }],
  [
    'amqps://m%2Ce:secret@one,[::1]:1234,two:5673/v',
    {
      addresses: [
        { host: 'one', port: 5671 },
        { host: '::1', port: 1234 },
        { host: 'two', port: 5673 },
      ],
      username: 'm,e',
      virtualHost: 'v',
    },
  ],
  ['amqp://me:@broker', { username: 'me', password: '' }],
])('AMQP_URL=%s', (url, amqp) => {
  expect(readExternalSettings({ AMQP_URL: url }).amqp).toMatchObject(amqp);
});

test.each([
  ['http://me:secret@broker', 'AMQP_URL must begin with amqp:// or amqps://.'],
  ['amqp:///vhost', 'AMQP_URL names no host.'],
  ['amqp://me:secret@one,,two/vhost', 'AMQP_URL is malformed.'],
  ['amqp://me:secret@one,two:port', 'AMQP_URL is malformed.'],
  ['amqp://me:secret@broker:port', 'AMQP_URL is malformed.'],
  ['me:secret@broker', 'AMQP_URL must begin with amqp:// or amqps://.'],
  ['amqp://me:sec/secret@broker', 'AMQP_URL is malformed.'],
  ['amqp://me:12/secret@broker', 'AMQP_URL has a reserved character in one of its parts.'],
  ['amqp://me:12?secret@broker', 'AMQP_URL has a reserved character in one of its parts.'],
  ['amqp://me:12#secret@broker', 'AMQP_URL has a reserved character in one of its parts.'],
  ['amqp://me:%secret@broker', 'AMQP_URL has a % that begins no percent-encoding.'],
])('AMQP_URL=%s is refused without telling the password', (url, problem) => {
  const read = (): unknown => readExternalSettings({ AMQP_URL: url });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(problem);
  expect(read).not.toThrow(/secret/);
});

test('a missing AMQP_URL is said', () => {
  expect(() => readExternalSettings({})).toThrow('AMQP_URL is not set.');
});

test('MANAGEMENT_URL has the credentials of AMQP_URL unless it has its own', () => {
  const AMQP_URL = 'amqp://me:secret@broker';
  const read = (MANAGEMENT_URL: string): unknown =>
    readExternalSettings({ AMQP_URL, MANAGEMENT_URL }).management;

  expect(read('http://broker:15672/')).toEqual({
    url: 'http://broker:15672',
    username: 'me',
    password: 'secret',
  });
  expect(read('https://boss:pa%40ss@broker/prefix')).toEqual({
    url: 'https://broker/prefix',
    username: 'boss',
    password: 'pa@ss',
  });
  expect(() => read('amqp://broker')).toThrow('MANAGEMENT_URL must begin with http:// or https://.');
});

test('AMQP_CA_FILE asks for amqps', () => {
  expect(() => readExternalSettings({ AMQP_URL: 'amqp://broker', AMQP_CA_FILE: 'ca.pem' })).toThrow(
    'AMQP_CA_FILE is set, but AMQP_URL does not begin with amqps://.',
  );
});
