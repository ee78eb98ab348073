import { randomInt } from 'node:crypto';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { Api, type Parcel } from './api';
import type { Server } from './server';
import { signIn } from './test';

export const COURIER = 'courier3@demo.test';
export const CUSTOMER = 'customer2@demo.test';
export const CLERK = 'clerk@demo.test';
export const ADMIN = 'admin@demo.test';

type Office = { id: string; name: string; space_left: number };

/** Somebody with a browser of their own. */
export async function somebodyElse(
  browser: Browser,
  server: Server,
  email: string,
): Promise<{ elsewhere: BrowserContext; theirs: Page }> {
  const elsewhere = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 } });
  const theirs = await elsewhere.newPage();
  await signIn(theirs, email);
  return { elsewhere, theirs };
}

/** A clerk types what somebody shows them. */
export async function check(desk: Page, told: string): Promise<void> {
  await desk.getByLabel('Pick-up code').fill(told);
  await desk.getByRole('button', { name: 'Check', exact: true }).click();
}

/** A clerk looks at a document and hands the parcel over. */
export async function handOver(desk: Page): Promise<void> {
  await desk.getByLabel('Passport').check();
  await desk.getByLabel('Last four letters or digits').fill('12ab');
  await desk.getByRole('button', { name: 'Hand it over' }).click();
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code that nobody has. Its last digit fits the others, or it would be told as a typing error and cost no try. */
export function nobodysCode(): string {
  const values = Array.from({ length: 8 }, () => randomInt(32));
  const weighted = values.reduce((sum, value, place) => sum + (2 * place + 3) * value, 0);
  return [...values, weighted % 32].map((value) => DIGITS[value]).join('');
}

/** The post office at which the demo's clerk works. */
export async function clerksOffice(url: string): Promise<Office> {
  const clerk = await Api.signIn(url, CLERK);
  return (await clerk.done<{ office: Office }>('GET', '/desk')).office;
}

/** A parcel that lies at a post office, the clerk's unless another is named, and what collects it. */
export async function atTheOffice(
  url: string,
  customerEmail: string,
  parcel: Parcel,
  office?: string,
): Promise<{ code: string; pass: string }> {
  const customer = await Api.signIn(url, customerEmail);
  await parcel.step('out_for_delivery');
  const post_office_id = office ?? (await clerksOffice(url)).id;
  await customer.done('POST', `/deliveries/${parcel.reference}/hold`, { post_office_id });
  await parcel.step('held');
  type Held = { pass: { code: string; pass: string } };
  const held = await customer.done<Held>('GET', `/deliveries/${parcel.reference}/hold`);
  return held.pass;
}

/** Somebody comes with a code, so that the shelf has room for what other journeys bring. */
export async function collect(url: string, code: string): Promise<void> {
  const clerk = await Api.signIn(url, CLERK);
  await clerk.done('POST', '/holds/collect', { code, identity: { document: 'passport', last_digits: '12ab' } });
}

/** What admins were told of their post offices, the oldest first, up to what matches. */
export async function toldAdmins(url: string, last: RegExp): Promise<string[]> {
  const { token } = await Api.signIn(url, ADMIN);
  const stream = await fetch(`${url}/api/v1/events?last_event_id=0`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(20_000),
  });
  const told: string[] = [];
  let rest = '';
  for await (const part of stream.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((line) => line.startsWith('data:'))) {
      const { type, data } = JSON.parse(line.slice('data:'.length));
      if (type !== 'post_office.changed') continue;
      told.push(data.what);
      if (last.test(data.what)) return told;
    }
  }
  throw new Error(`admins were not told ${last}, but ${told.join('; ')}`);
}
