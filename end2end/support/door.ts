import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { Api } from './api';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 26 digits of base 32, as the API writes 128 bits. */
function bytesOf(text: string): Buffer {
  let number = 0n;
  for (const digit of text.toUpperCase()) number = number * 32n + BigInt(DIGITS.indexOf(digit));
  return Buffer.from(number.toString(16).padStart(32, '0'), 'hex');
}

/** What a courier's screen holds, made from what their phone has: a second writing of the protocol. */
export async function proofLink(url: string, courierEmail: string, reference: string, slotsAgo = 0): Promise<string> {
  const courier = await Api.signIn(url, courierEmail);
  type Stop = { reference: string; kit?: { presence_key: string } };
  const run = await courier.done<{ stops: Stop[] }>('GET', '/courier/run');
  const kit = run.stops.find((stop) => stop.reference === reference)?.kit;
  if (!kit) throw new Error(`${reference} has nothing to prove`);
  const slot = Math.floor(Date.now() / 30_000) - slotsAgo;
  const mac = createHmac('sha256', bytesOf(kit.presence_key));
  for (const text of ["courier's presence", reference, String(slot)]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(Buffer.byteLength(text)));
    mac.update(length).update(text);
  }
  const digits = [...mac.digest().subarray(0, 16)].map((byte) => DIGITS[byte & 31]).join('');
  return `${url}/deliveries/${reference}#courier=${slot}.${digits}`;
}

/** A picture of a QR on somebody's screen, as a camera sees it. */
export async function picture(qr: Locator): Promise<Buffer> {
  await qr.scrollIntoViewIfNeeded();
  return qr.screenshot();
}

/** Takes a photo of something with the scanner of a page. */
export async function photograph(page: Page, seen: Buffer): Promise<void> {
  const photo = page.locator('.scanner input[type=file]');
  await photo.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: seen });
}

/** Lets the pages of a context use a camera; `see` puts something in front of it. */
export class Camera {
  private constructor(private readonly page: Page) {}

  /** Before the page is opened. */
  static async of(context: BrowserContext, page: Page): Promise<Camera> {
    await context.addInitScript(() => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 640;
      const context = canvas.getContext('2d')!;
      const draw = () => {
        context.fillStyle = '#777';
        context.fillRect(0, 0, 640, 640);
        const seen = (window as { seen?: ImageBitmap }).seen;
        if (seen) context.drawImage(seen, 100, 100, 440, 440);
        requestAnimationFrame(draw);
      };
      navigator.mediaDevices.getUserMedia = async () => {
        draw();
        return canvas.captureStream(15);
      };
    });
    return new Camera(page);
  }

  async see(seen: Buffer): Promise<void> {
    await this.page.evaluate(async (bytes) => {
      const image = new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], { type: 'image/png' });
      (window as { seen?: ImageBitmap }).seen = await createImageBitmap(image);
    }, seen.toString('base64'));
  }
}

const FILM = { width: 640, height: 480, frames: 15 };

/** Writes a film of a picture, in YUV4MPEG2, for the camera that Chromium has in place of a real one. */
export async function film(page: Page, seen: Buffer, file: string): Promise<void> {
  const grey = await page.evaluate(
    async ({ bytes, width, height }) => {
      const png = new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], { type: 'image/png' });
      const image = await createImageBitmap(png);
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#777';
      context.fillRect(0, 0, width, height);
      const side = height - 40;
      context.drawImage(image, (width - side) / 2, (height - side) / 2, side, side);
      // A QR has no colours: red is as good as any.
      return [...context.getImageData(0, 0, width, height).data].filter((_, at) => at % 4 === 0);
    },
    { bytes: seen.toString('base64'), ...FILM },
  );
  const { width, height, frames } = FILM;
  const noColour = Buffer.alloc((width * height) / 2, 128);
  const frame = [Buffer.from('FRAME\n'), Buffer.from(grey), noColour];
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420\n`);
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: frames }, () => frame).flat()]));
}
