import { crc32, deflateSync } from "node:zlib";

/** Red, green, blue, each 0 to 255. */
export type Color = readonly [number, number, number];

/** 5x5 letters, a row in each number, the leftmost dot its highest bit. */
const LETTERS: Record<string, readonly number[]> = {
	a: [0b01110, 0b10001, 0b11111, 0b10001, 0b10001],
	b: [0b11110, 0b10001, 0b11110, 0b10001, 0b11110],
	c: [0b01111, 0b10000, 0b10000, 0b10000, 0b01111],
	d: [0b11110, 0b10001, 0b10001, 0b10001, 0b11110],
};

/** A square PNG: the letter in white on the color. Letters other than a to d give the plain color. */
export function letterPng(letter: string, color: Color, size = 112): Uint8Array {
	const cell = Math.floor(size / 7);
	return png(size, size, (x, y) => {
		const row = LETTERS[letter]?.[Math.floor(y / cell) - 1] ?? 0;
		const column = Math.floor(x / cell) - 1;
		const dot = column >= 0 && column < 5 && (row >> (4 - column)) & 1;
		return dot ? [255, 255, 255] : color;
	});
}

/** A wide PNG with diagonal stripes of the color. */
export function stripesPng(color: Color, width = 600, height = 200): Uint8Array {
	const [r, g, b] = color;
	const lighter: Color = [(r + 255) >> 1, (g + 255) >> 1, (b + 255) >> 1];
	return png(width, height, (x, y) => ((x + y) % 80 < 40 ? color : lighter));
}

/** An uncomplicated PNG: 8 bits a channel, no alpha, no filter, no interlace. */
function png(width: number, height: number, at: (x: number, y: number) => Color): Uint8Array {
	const rows = Buffer.alloc(height * (1 + width * 3));
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) rows.set(at(x, y), y * (1 + width * 3) + 1 + x * 3);
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk("IHDR", header),
		chunk("IDAT", deflateSync(rows)),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const framed = Buffer.alloc(named.length + 8);
	framed.writeUInt32BE(data.length, 0);
	named.copy(framed, 4);
	framed.writeUInt32BE(crc32(named), named.length + 4);
	return framed;
}
