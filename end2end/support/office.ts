import type { Browser, BrowserContext, Page } from '@playwright/test';
import { Api, type Parcel } from './api';
import type { Server } from './server';
import { signIn } from './test';

export const COURIER = 'courier3@demo.test';
export const CUSTOMER = 'customer2@demo.test';
export const CLERK = 'clerk@demo.test';

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
