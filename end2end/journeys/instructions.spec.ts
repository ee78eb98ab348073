import type { Browser, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Parcel } from '../support/api';
import { expect, live, open, signIn, test } from '../support/test';
import type { Server } from '../support/server';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';

async function courierAt(browser: Browser, server: Server): Promise<Page> {
  const elsewhere = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 } });
  const courier = await elsewhere.newPage();
  await signIn(courier, COURIER);
  await open(courier, '/courier');
  return courier;
}

async function out(page: Page, server: Server, description: string): Promise<Parcel> {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, description);
  await parcel.step('out_for_delivery');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  return parcel;
}

const stop = (courier: Page, parcel: Parcel) => courier.locator('.stop').filter({ hasText: parcel.reference });

test('a safe place with a photo is confirmed with a tap, and both sides see it', async ({ page, browser, server }) => {
  const parcel = await out(page, server, 'A plant');
  const courier = await courierAt(browser, server);
  const photo = await page.screenshot({ type: 'jpeg' });
  const wishes = page.locator('.wishes');
  await wishes.getByText('Tell the courier').first().click();
  await wishes.getByText('A safe place').click();
  await wishes.getByLabel('Where may the courier leave it?').fill('Behind the <b>shed</b>');
  await wishes.locator('#wish-photo').setInputFiles({ name: 'place.jpg', mimeType: 'image/jpeg', buffer: photo });
  await expect(wishes.locator('form .wish__picture')).toBeVisible();
  await expectAccessible(page);
  await wishes.getByRole('button', { name: 'Tell the courier' }).click();
  const card = wishes.locator('.wishes__cards .wish');
  await expect(card).toContainText('Waiting for the courier');
  await expect(card).toContainText('Behind the <b>shed</b>');

  const theirs = stop(courier, parcel).locator('.wish');
  await expect(theirs).toContainText('Behind the <b>shed</b>');
  await expect
    .poll(() => theirs.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth))
    .toBeGreaterThan(0);
  await expectAccessible(courier);
  await theirs.getByRole('button', { name: 'Confirm' }).click();
  await expect(theirs).toContainText('You confirmed this');
  await expect(card).toContainText('Confirmed by the courier');
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText('The courier confirmed: A safe place');

  await card.getByRole('button', { name: 'Take back' }).click();
  await expect(card).toHaveCount(0);
  await expect(theirs).toHaveCount(0);
  await courier.context().close();
});

test('a courier without a network says that something is not possible', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await out(page, server, 'A kite');
  const courier = await courierAt(browser, server);
  const wishes = page.locator('.wishes');
  await wishes.getByText('Tell the courier').first().click();
  await wishes.getByText('A neighbour').click();
  await wishes.getByLabel('Who, and at which door?').fill('Virtanen, A 12');
  await wishes.getByRole('button', { name: 'Tell the courier' }).click();
  const theirs = stop(courier, parcel).locator('.wish');
  await expect(theirs).toContainText('Virtanen, A 12');
  await courier.context().setOffline(true);
  await theirs.getByRole('button', { name: 'Decline' }).click();
  await expect(theirs).toContainText('You declined this');
  const card = wishes.locator('.wishes__cards .wish');
  await expect(card).toContainText('Waiting for the courier');
  await courier.context().setOffline(false);
  await expect(card).toContainText('The courier can’t do this');
  await courier.context().close();
});

test('what is never left at the door is not delivered with a photo alone', async ({ page, browser, server }) => {
  const parcel = await out(page, server, 'A clock');
  const courier = await courierAt(browser, server);
  const wishes = page.locator('.wishes');
  await wishes.getByText('Tell the courier').first().click();
  await wishes.getByText('Never leave it at the door').click();
  await wishes.getByRole('button', { name: 'Tell the courier' }).click();
  await expect(wishes.locator('.wishes__cards')).toContainText('Holds. The courier has not seen it yet.');

  const theirs = stop(courier, parcel);
  await expect(theirs).toContainText('Never leave it at the door');
  await expect(theirs.getByRole('button', { name: 'Decline' })).toHaveCount(0);
  await theirs.getByRole('button', { name: 'Got it' }).click();
  const form = theirs.locator('details').filter({ hasText: 'Deliver' }).first();
  if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
  const photo = await page.screenshot({ type: 'jpeg' });
  await form.locator('input[type=file]').setInputFiles({ name: 'door.jpg', mimeType: 'image/jpeg', buffer: photo });
  await expect(form.locator('.shots__shot')).toBeVisible();
  const confirm = form.getByRole('button', { name: 'Confirm delivery' });
  await confirm.click();
  await expect(form.getByRole('alert').filter({ hasText: 'write down who took it' })).toBeVisible();
  await form.getByLabel('Who took it?').fill('Aino');
  await confirm.click();
  await expect(page.getByRole('status').filter({ hasText: 'was delivered' })).toBeVisible();
  await courier.context().close();
});
