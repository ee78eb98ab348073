import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Api, Parcel } from '../support/api';
import { Camera, picture } from '../support/door';
import { atTheOffice, clerksOffice } from '../support/office';
import { expect, live, open, signIn, test } from '../support/test';
import type { Server } from '../support/server';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';
const CLERK = 'clerk@demo.test';

async function somebodyElse(
  browser: Browser,
  server: Server,
  email: string,
): Promise<{ elsewhere: BrowserContext; theirs: Page }> {
  const elsewhere = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 } });
  const theirs = await elsewhere.newPage();
  await signIn(theirs, email);
  return { elsewhere, theirs };
}

/** A clerk looks at a document and hands the parcel over. */
async function handOver(desk: Page): Promise<void> {
  await desk.getByLabel('Passport').check();
  await desk.getByLabel('Last four letters or digits').fill('12ab');
  await desk.getByRole('button', { name: 'Hand it over' }).click();
}

test('a parcel on its way goes to a post office and is collected there', async ({ page, browser, server }) => {
  // Three browsers, and axe on each page in both schemes.
  test.slow();
  const office = await clerksOffice(server.url);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A globe');
  await parcel.step('out_for_delivery');
  const { elsewhere, theirs: courier } = await somebodyElse(browser, server, COURIER);
  await open(courier, '/courier');
  await expect(courier.locator('.stop').filter({ hasText: parcel.reference })).toBeVisible();
  await expect(courier.locator('.drop-off')).toHaveCount(0);

  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  await page.getByRole('button', { name: 'Hold at a post office' }).click();
  await expect(page.locator('.offices .office')).toHaveCount(2);
  await expect(page.locator('.office-map .stop-mark')).toHaveCount(2);
  await expect(page.locator('.offices')).toContainText('on foot');
  await expectAccessible(page);
  await page.getByRole('button', { name: `Hold it here: ${office.name}` }).click();
  await page.getByRole('button', { name: 'Hold it here', exact: true }).click();

  // Both screens change at once.
  const hold = page.locator('.hold');
  await expect(hold).toContainText('It goes to a post office');
  await expect(hold).toContainText(office.name);
  await expect(hold).toContainText('Kept until');
  const drop = courier.locator('.drop-off');
  await expect(drop).toContainText(`1 parcel for ${office.name}`, { timeout: 20_000 });
  await expectAccessible(courier);

  await drop.getByRole('button', { name: 'Drop them here' }).click();
  await drop.getByLabel('Or type PL-…').fill(parcel.reference);
  await drop.getByRole('button', { name: 'Drop', exact: true }).click();
  await expect(drop).toContainText('is dropped');
  await expect(page.getByRole('status').filter({ hasText: 'ready at the post office' })).toBeVisible({
    timeout: 20_000,
  });
  // It lies over the page, and the camera is to see the pass.
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.locator('.pass .qr')).toBeVisible();
  const code = (await page.locator('.pass__code').first().textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  await expectAccessible(page);
  await elsewhere.close();

  const { elsewhere: atTheDesk, theirs: desk } = await somebodyElse(browser, server, CLERK);
  const camera = await Camera.of(atTheDesk, desk);
  await open(desk, '/desk');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(office.name);
  await expect(desk.locator('.shelf').first()).toContainText(parcel.reference);
  await desk.getByRole('button', { name: 'Scan the pass' }).first().click();
  await camera.see(await picture(page.locator('.pass .qr')));
  await expect(desk.locator('.presented')).toContainText(parcel.reference, { timeout: 20_000 });
  await expect(desk.locator('.presented__name')).not.toBeEmpty();
  await expectAccessible(desk);
  await handOver(desk);
  await expect(desk.getByRole('status').filter({ hasText: `${parcel.reference} is handed over` })).toBeVisible();

  await expect(page.locator('.pass')).toHaveCount(0, { timeout: 20_000 });
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText(`Ready to collect at ${office.name}`);
  await expect(page.locator('.history')).toContainText('Collected');

  // The events stand in the log with their seals, in this order.
  const customer = await Api.signIn(server.url, CUSTOMER);
  type Entry = { type: string; seq: number; hash: string };
  const entries = await customer.done<Entry[]>('GET', `/deliveries/${parcel.reference}/timeline`);
  const holds = entries.filter(({ type }) => type.startsWith('hold.'));
  expect(holds.map(({ type }) => type)).toEqual(['hold.requested', 'hold.confirmed', 'hold.ready', 'hold.collected']);
  expect(holds.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  await atTheDesk.close();
});

test('wrong, used and mistyped codes open nothing', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(/409|422/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A sextant');
  const code = await atTheOffice(server.url, CUSTOMER, parcel);
  await signIn(page, CLERK);
  await open(page, '/desk');
  const check = async (told: string) => {
    await page.getByLabel('Pick-up code').fill(told);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
  };
  const other = code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`;
  await check(other);
  await expect(page.getByText('That is no pick-up code')).toBeVisible();
  await check(code.toLowerCase().replaceAll('-', ' '));
  await expect(page.locator('.presented')).toContainText(parcel.reference);
  await page.locator('.stop__act summary').click();
  await page.getByLabel('Why not?').fill('the document has run out');
  await page.getByRole('button', { name: 'Note the refusal' }).click();
  await expect(page.getByText(`${parcel.reference} stays here.`)).toBeVisible();
  await check(code);
  await handOver(page);
  await expect(page.getByText(`${parcel.reference} is handed over.`)).toBeVisible();
  await check(code);
  await expect(page.getByText('This parcel was handed over already')).toBeVisible();
});

test('a desk without a network checks the pass itself and tells the server later', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A compass');
  await atTheOffice(server.url, CUSTOMER, parcel);
  const customer = await Api.signIn(server.url, CUSTOMER);
  const { pass } = await customer.done<{ pass: { pass: string; code: string } }>(
    'GET',
    `/deliveries/${parcel.reference}/hold`,
  );
  await signIn(page, CLERK);
  await open(page, '/desk');
  await expect(page.locator('.shelf').first()).toContainText(parcel.reference);
  await context.setOffline(true);
  const check = async (told: string) => {
    await page.getByLabel('Pick-up code').fill(told);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
  };
  await check(pass.code);
  await expect(page.getByText('Scan the pass instead')).toBeVisible();
  const last = pass.pass.at(-1) === '0' ? '1' : '0';
  await check(pass.pass.slice(0, -1) + last);
  await expect(page.getByText('This pass is not genuine')).toBeVisible();
  await check(pass.pass);
  await expect(page.getByText('the pass was checked on this device')).toBeVisible();
  await handOver(page);
  await expect(page.getByText('1 hand-over waits for the connection')).toBeVisible();
  await check(pass.pass);
  await expect(page.getByText('This pass was used or called back')).toBeVisible();
  await context.setOffline(false);
  const status = async () =>
    (await customer.done<{ status: string }>('GET', `/deliveries/${parcel.reference}`)).status;
  await expect.poll(status, { timeout: 30_000 }).toBe('picked_up');
  await expect(page.getByText('waits for the connection')).toHaveCount(0);
});

test('what is booked while they are away goes to a post office', async ({ page, server }) => {
  await signIn(page, CUSTOMER);
  await open(page, '/account');
  await page.getByLabel('Hold while I am away').check();
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('From', { exact: true }).fill(day(0));
  await page.getByLabel('Until', { exact: true }).fill(day(7));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved')).toBeVisible();
  await expectAccessible(page);
  const parcel = await Parcel.booked(server.url, CUSTOMER, COURIER, 'A barometer');
  await open(page, `/deliveries/${parcel.reference}`);
  await expect(page.locator('.hold')).toContainText('It goes to a post office');
  await page.getByRole('button', { name: 'Bring it to my door after all' }).click();
  await expect(page.getByRole('button', { name: 'Hold at a post office' })).toBeVisible();
  const customer = await Api.signIn(server.url, CUSTOMER);
  await customer.done('PUT', '/hold-preferences', {
    office: null,
    always: false,
    away: null,
    never_at_the_door: false,
  });
});

test('after a failure the courier brings it to a post office', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A telescope');
  await parcel.step('out_for_delivery');
  await parcel.step('failed', { reason: 'nobody_home' });
  await signIn(page, COURIER);
  await open(page, '/courier');
  const failed = page.locator('.done__stop').filter({ hasText: 'A telescope' });
  await failed.getByRole('button', { name: 'Bring it to a post office' }).click();
  await failed.locator('.to-office__list button').first().click();
  const drop = page.locator('.drop-off');
  await expect(drop).toContainText(parcel.reference, { timeout: 20_000 });
  await drop.getByRole('button', { name: 'Drop them here' }).click();
  await drop.getByRole('button', { name: 'Drop all of them' }).click();
  const customer = await Api.signIn(server.url, CUSTOMER);
  const status = async () =>
    (await customer.done<{ status: string }>('GET', `/deliveries/${parcel.reference}`)).status;
  await expect.poll(status, { timeout: 30_000 }).toBe('held');
});
