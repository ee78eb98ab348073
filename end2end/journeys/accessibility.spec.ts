import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Api, Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

/** Opens a page at each size, has it checked in both schemes, and looks for sideways scrolling on the narrowest. */
async function check(page: Page, path: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await open(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${path} at 320 px`).toBeLessThanOrEqual(0);
}

for (const path of ['/sign-in', '/sign-up']) {
  test(`${path} is accessible`, async ({ page }) => check(page, path));
}

test('the customer’s pages are accessible', async ({ page, server }) => {
  test.slow();
  const parcel = await Parcel.loaded(server.url);
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);
  await signIn(page, 'customer@demo.test');
  for (const path of ['/', `/deliveries/${parcel.reference}`, '/book', '/account']) {
    await check(page, path);
  }
});

test('the courier’s page is accessible', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url);
  await parcel.step('out_for_delivery');
  await signIn(page, 'courier@demo.test');
  await check(page, '/courier');
});

test('the admin’s page is accessible', async ({ page }) => {
  await signIn(page, 'admin@demo.test');
  await check(page, '/admin');
});

test('a shared delivery is accessible', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url);
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);
  const customer = await Api.signIn(server.url, 'customer@demo.test');
  const { path } = await customer.done<{ path: string }>('POST', `/deliveries/${parcel.reference}/shares`, {
    label: 'Grandma',
  });
  await check(page, path);
});

test('an unknown address answers 404 with a way back', async ({ page, consoleErrors }) => {
  consoleErrors.expect(/404/);
  const response = await page.goto('/no-such-page');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('link', { name: 'Back to the start' })).toBeVisible();
  await check(page, '/no-such-page');
});
