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

async function watched(page: Page, parcel: Parcel): Promise<void> {
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
}

const stop = (courier: Page, parcel: Parcel) => courier.locator('.stop').filter({ hasText: parcel.reference });

/** The first window of a day that is neither today nor full: what people choose most. */
const anotherDay = (form: ReturnType<Page['locator']>) =>
  form.locator('.wishes__day').filter({ hasNotText: /Today|Tomorrow/ }).first();

test('who moves a parcel to another day sees it at once, and so does the courier', async ({ page, browser, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A wardrobe');
  await parcel.step('out_for_delivery');
  await watched(page, parcel);
  const courier = await courierAt(browser, server);
  await expect(stop(courier, parcel)).toBeVisible();

  const wishes = page.locator('.wishes');
  await wishes.getByText('Change the day').click();
  const day = anotherDay(wishes);
  const date = (await day.locator('legend').textContent()) ?? '';
  await day.locator('.wishes__window').first().click();
  await expectAccessible(page);
  await wishes.getByRole('button', { name: 'Move my parcel' }).click();
  await expect(wishes.getByRole('status').first()).toContainText(date);

  // Both sides, without a reload: the promise here, and there the stop that is gone.
  await expect(page.locator('.details')).toContainText(date);
  await expect(page.locator('.arrival')).toContainText(date);
  await expect(stop(courier, parcel)).toHaveCount(0);
  await expect(courier.getByRole('alert').filter({ hasText: 'Fabianinkatu' })).toBeVisible();
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText(`You moved it: it comes ${date}`);
  await courier.context().close();
});

test('a courier in a dead zone proposes another day, and the recipient agrees', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A sofa');
  await parcel.step('out_for_delivery');
  await watched(page, parcel);
  const courier = await courierAt(browser, server);
  const form = stop(courier, parcel).locator('details').filter({ hasText: 'Propose another day' });
  await courier.context().setOffline(true);
  await form.locator('summary').click();
  const day = anotherDay(form);
  const date = (await day.locator('legend').textContent()) ?? '';
  await day.locator('.wishes__window').first().click();
  await form.getByRole('button', { name: 'Ask the recipient' }).click();
  await expect(stop(courier, parcel)).toContainText('You proposed');
  await expectAccessible(courier);
  await expect(page.locator('.wish--asked')).toHaveCount(0);

  await courier.context().setOffline(false);
  const asked = page.locator('.wish--asked');
  await expect(asked).toContainText(date);
  await expectAccessible(page);
  await asked.getByRole('button', { name: 'Yes, come then' }).click();
  await expect(asked).toHaveCount(0);
  await expect(page.locator('.details')).toContainText(date);
  await expect(stop(courier, parcel)).toHaveCount(0);
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText(`You agreed with the courier: it comes ${date}`);
  await courier.context().close();
});

test('a proposal that is declined, or that the courier delivers before, is over on both sides', async ({
  page,
  browser,
  server,
}) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lamp');
  await parcel.step('out_for_delivery');
  await watched(page, parcel);
  const courier = await courierAt(browser, server);
  const propose = async () => {
    const form = stop(courier, parcel).locator('details').filter({ hasText: 'Propose another day' });
    if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
    await anotherDay(form).locator('.wishes__window').first().click();
    await form.getByRole('button', { name: 'Ask the recipient' }).click();
  };
  await propose();
  const asked = page.locator('.wish--asked');
  await asked.getByRole('button', { name: 'No, as planned' }).click({ timeout: 20_000 });
  await expect(stop(courier, parcel).getByText('You proposed')).toHaveCount(0);
  await propose();
  await expect(asked).toBeVisible();
  await parcel.step('delivered', { proof: { recipient_name: 'Aino' } });
  await expect(asked).toHaveCount(0);
  await expect(page.locator('.wishes')).toHaveCount(0);
  await courier.context().close();
});
