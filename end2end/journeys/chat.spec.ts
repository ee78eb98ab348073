import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Api } from '../support/api';
import { bubbles, chat, courierAt, CUSTOMER, NEWCOMER, openForCourier, openForCustomer, out, say } from '../support/chat';
import { expect, open, reload, signIn, test } from '../support/test';

const TEXT = 'The blue door behind the lilac';

test('recipient and courier write to each other, at once, and see how far it came', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A ficus', NEWCOMER);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await expect(chat(page)).toContainText('Say hello');
  // The courier has no device yet: the message waits for a key, and they are asked to open the chat.
  await say(page, TEXT);
  await expect(page.locator('.bubble--pending')).toContainText('has not opened this chat yet');
  await expectAccessible(page);

  const { elsewhere, courier } = await courierAt(browser, server, NEWCOMER);
  await openForCourier(courier, parcel);
  await expect(bubbles(courier)).toHaveText([TEXT]);
  await expect(page.locator('.bubble--pending')).toHaveCount(0);
  await expect(page.locator('.bubble__mark')).toHaveText('Read');

  await courier.getByRole('button', { name: 'I’m at the door.' }).click();
  await expect(bubbles(page)).toHaveText([TEXT, 'I’m at the door.']);
  await courier.getByRole('button', { name: 'Write', exact: true }).click();
  await courier.getByRole('textbox', { name: 'Message' }).pressSequentially('Which floor');
  await expect(chat(page)).toContainText('is typing');
  await courier.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(bubbles(page)).toHaveText([TEXT, 'I’m at the door.', 'Which floor']);
  await expectAccessible(courier);

  // A gate code goes the same way.
  await page.getByRole('button', { name: 'Send a gate code' }).click();
  await page.getByLabel('Gate code').fill('4711#');
  await page.getByLabel('Gate code').press('Enter');
  await expect(courier.locator('.chat .wish__words')).toHaveText('4711#');

  // Whoever comes back finds what was said, in order and once.
  await reload(page);
  await openForCustomer(page, parcel);
  await expect(bubbles(page)).toHaveText([TEXT, 'I’m at the door.', 'Which floor']);

  // The server can't read a word of it.
  const told = [server.output()];
  for (const email of [CUSTOMER, NEWCOMER, 'admin@demo.test']) {
    const somebody = await Api.signIn(server.url, email);
    for (const path of ['', '/timeline']) {
      told.push(await (await somebody.call('GET', `/deliveries/${parcel.reference}${path}`)).text());
    }
  }
  for (const word of ['lilac', '4711#', 'Which floor']) {
    expect(told.join('\n')).not.toContain(word);
    expect(server.stores(word), `the database says ${word}`).toBe(false);
  }
  await elsewhere.close();
});

test('what is written without a network goes out once when it is back', async ({ page, browser, server, consoleErrors }) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|WebSocket|Failed to fetch|Failed to load/);
  const parcel = await out(server, 'A globe');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await page.context().setOffline(true);
  for (const words of ['one', 'two', 'three']) await say(page, words);
  await expect(page.locator('.bubble--pending')).toHaveCount(3);
  await page.locator('.bubble--pending').filter({ hasText: 'two' }).getByRole('button', { name: 'Don’t send' }).click();
  await expect(page.locator('.bubble--pending')).toHaveCount(2);
  await page.context().setOffline(false);
  await expect(bubbles(courier)).toHaveText(['one', 'three'], { timeout: 30_000 });
  await expect(page.locator('.bubble--pending')).toHaveCount(0);
  await expect(bubbles(page)).toHaveText(['one', 'three']);
  await elsewhere.close();
});

test('another device joins, is announced, and reads what follows', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A kettle');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await say(page, 'from the phone');
  await expect(bubbles(courier)).toHaveText(['from the phone']);

  // Both see the same number, and say so.
  const number = async (at: Page) => {
    await at.locator('.chat__safety summary').first().click();
    const shown = await at.locator('.chat__number').textContent();
    return shown;
  };
  const before = await number(page);
  expect(before).toMatch(/^(\d{5}){12}$/);
  expect(await number(courier)).toBe(before);
  await courier.getByRole('button', { name: 'It is the same' }).click();
  await expect(courier.locator('.chat__safety')).toContainText('You compared this number');

  const second = await browser.newContext({ baseURL: server.url });
  const tablet = await second.newPage();
  await signIn(tablet, CUSTOMER);
  await open(tablet, `/deliveries/${parcel.reference}`);
  await openForCustomer(tablet, parcel);
  await expect(tablet.locator('.chat__note')).toHaveText(['A message from before this device joined']);
  await courier.getByRole('button', { name: 'OK, will do.' }).click();
  await expect(bubbles(tablet)).toHaveText(['OK, will do.']);
  await expect(bubbles(page)).toHaveText(['from the phone', 'OK, will do.']);
  await expect(courier.locator('.chat__note').last()).toContainText('uses a new device');
  await expect(courier.locator('.chat__safety')).toContainText('You compared another number');
  await say(tablet, 'from the tablet');
  await expect(bubbles(page)).toHaveText(['from the phone', 'OK, will do.', 'from the tablet']);
  await expect(bubbles(courier)).toHaveText(['from the phone', 'OK, will do.', 'from the tablet']);
  await second.close();
  await elsewhere.close();
});

test('what is new is counted where the chat is not open', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A stool');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await page.getByRole('button', { name: 'Close the chat' }).click();
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  for (const reply of ['I’m at the door.', 'Thank you!']) await courier.getByRole('button', { name: reply }).click();
  await expect(page.locator('.chat-button__new')).toHaveText('2');
  await expect(page).toHaveTitle(/^\(2\)/);
  await openForCustomer(page, parcel);
  await expect(bubbles(page)).toHaveText(['I’m at the door.', 'Thank you!']);
  await page.keyboard.press('Escape');
  await expect(chat(page)).toHaveCount(0);
  await expect(page.locator('.chat-button__new')).toHaveCount(0);
  await elsewhere.close();
});

test('a message is reported, and the chat is ended', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A vase');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await courier.getByRole('button', { name: 'Could you come down, please?' }).click();
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  await expect(page.locator('.bubble__sure')).toContainText('All others stay encrypted');
  await page.getByRole('button', { name: 'Report this message' }).click();
  await expect(chat(page)).toContainText('Reported');

  const office = await browser.newContext({ baseURL: server.url });
  const admin = await office.newPage();
  await signIn(admin, 'admin@demo.test');
  await open(admin, '/admin');
  const reports = admin.locator('.reports__report').filter({ hasText: parcel.reference });
  await expect(reports).toContainText('Could you come down, please?');
  await expect(reports).toContainText('written by the courier');
  await office.close();

  await page.locator('.chat__safety summary').first().click();
  await page.locator('.chat__end summary').click();
  await page.getByRole('button', { name: 'End it' }).click();
  await expect(chat(page)).toContainText('You ended this chat.');
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveCount(0);
  await expect(chat(courier)).toContainText('ended this chat');
  await page.getByRole('button', { name: 'Open it again' }).click();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await elsewhere.close();
});

test('after the delivery the chat closes, and none is offered where there was none', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A rug');
  const silent = await out(server, 'A mirror');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await say(page, 'hello');
  await expect(bubbles(courier)).toHaveText(['hello']);
  await parcel.deliver();
  await expect(chat(page)).toContainText('You can write until');
  await silent.deliver();
  await open(page, `/deliveries/${silent.reference}`);
  await expect(page.getByRole('button', { name: /^Chat with/ })).toHaveCount(0);
  await elsewhere.close();
});

test('what is being written stays, whatever happens meanwhile', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A trumpet');
  const { elsewhere, courier } = await courierAt(browser, server);
  await elsewhere.grantPermissions(['geolocation'], { origin: server.url });
  await elsewhere.setGeolocation({ latitude: 60.1716, longitude: 24.9373, accuracy: 8 });
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('for the first');
  // Somebody who writes on in the very moment in which the first is sent.
  await field.evaluate((field: HTMLTextAreaElement) => {
    field.form!.requestSubmit();
    field.value = 'and mo';
  });
  await expect(bubbles(courier)).toHaveText(['for the first']);
  await expect(field).toHaveValue('and mo');

  await courier.getByRole('button', { name: 'Write', exact: true }).click();
  const theirs = courier.getByRole('textbox', { name: 'Message' });
  await theirs.fill('I am on my w');
  const position = () => courier.evaluate(() => (window as unknown as { fixes?: number }).fixes ?? 0);
  await courier.evaluate(() => {
    const heard = window as unknown as { fixes?: number };
    navigator.geolocation.watchPosition(() => (heard.fixes = (heard.fixes ?? 0) + 1));
  });
  const before = await position();
  await elsewhere.setGeolocation({ latitude: 60.1717, longitude: 24.9374, accuracy: 8 });
  await expect.poll(position).toBeGreaterThan(before);
  await expect(theirs).toHaveValue('I am on my w');
  await elsewhere.close();
});

test('with another courier the chat begins anew', async ({ page, browser, server }) => {
  const parcel = await out(server, 'A lantern');
  const first = await courierAt(browser, server);
  await openForCourier(first.courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  for (const words of ['for the first', 'and more']) await say(page, words);
  await expect(bubbles(first.courier)).toHaveText(['for the first', 'and more']);
  await first.elsewhere.close();

  await parcel.step('failed', { reason: 'nobody_home' });
  await parcel.reassign(server.url, 'courier@demo.test');
  await parcel.step('out_for_delivery');
  const { elsewhere, courier } = await courierAt(browser, server, 'courier@demo.test');
  await openForCourier(courier, parcel);
  await courier.getByRole('button', { name: 'I’m at the door.' }).click();
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await expect(bubbles(page)).toHaveText(['I’m at the door.']);
  await say(page, 'coming');
  await expect(bubbles(courier)).toHaveText(['I’m at the door.', 'coming']);
  await expect(bubbles(page)).toHaveText(['I’m at the door.', 'coming']);
  await elsewhere.close();
});
