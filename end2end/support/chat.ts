import type { Browser, BrowserContext, Page } from '@playwright/test';
import { Parcel } from './api';
import type { Server } from './server';
import { expect, open, signIn } from './test';

export const COURIER = 'courier3@demo.test';
/** A courier who has never opened a chat: for one journey only, which is the first to do so. */
export const NEWCOMER = 'courier2@demo.test';
export const CUSTOMER = 'customer2@demo.test';

/** A parcel that is out for delivery. */
export async function out(server: Server, description: string, courier = COURIER): Promise<Parcel> {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, courier, description);
  await parcel.step('out_for_delivery');
  return parcel;
}

/** The card of a stop on the courier's page. */
export const stop = (page: Page, parcel: Parcel) => page.locator('.stop').filter({ hasText: parcel.reference });
/** The open chat. */
export const chat = (page: Page) => page.getByRole('dialog', { name: /^Chat with/ });
/** The words of what was sent, on either side. */
export const bubbles = (page: Page) => page.locator('.chat .bubble:not(.bubble--pending) .bubble__text');

/** The courier on a phone of their own. */
export async function courierAt(
  browser: Browser,
  server: Server,
  email = COURIER,
): Promise<{ elsewhere: BrowserContext; courier: Page }> {
  const elsewhere = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 } });
  const courier = await elsewhere.newPage();
  await signIn(courier, email);
  await open(courier, '/courier');
  return { elsewhere, courier };
}

/** Opens the chat on the page of a delivery. */
export async function openForCustomer(page: Page, parcel: Parcel): Promise<void> {
  await page.getByRole('button', { name: /^Chat with/ }).click();
  await expect(chat(page)).toContainText('Only your devices and theirs can read this');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  expect(page.url()).toContain(parcel.reference);
}

/** Opens the chat of a stop. */
export async function openForCourier(page: Page, parcel: Parcel): Promise<void> {
  const card = stop(page, parcel);
  const button = card.getByRole('button', { name: /^Chat with/ });
  if ((await button.count()) === 0) await card.locator('.stop__row').click();
  await button.click();
  await expect(chat(page)).toContainText('Only your devices and theirs can read this');
}

/** Writes and sends. */
export async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(words);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}
