/** Pieces of the routes' OpenAPI documents. */

export interface Schema {
	type: "string" | "boolean" | "array" | "object";
	description?: string;
	nullable?: boolean;
	enum?: string[];
	items?: Schema;
	required?: string[];
	properties?: Record<string, Schema>;
}

export const text = (description?: string): Schema => ({
	type: "string",
	...(description && { description }),
});

export const flag: Schema = { type: "boolean" };

export const object = (properties: Record<string, Schema>, required?: string[]): Schema => ({
	type: "object",
	...(required && { required }),
	properties,
});

export const list = (items: Schema): Schema => ({ type: "array", items });

const json = (schema: Schema) => ({ "application/json": { schema } });

/** The body of a request. */
export const takes = (schema: Schema) => ({ content: json(schema) });

/** The one answer of an endpoint that doesn't fail; without a schema its body is not described. */
export const answers = (description: string, schema?: Schema) => ({
	200: { description, ...(schema && { content: json(schema) }) },
});

/** What is said of a session, with further properties beside. */
export const sessionState = (further: Record<string, Schema> = {}): Schema =>
	object(
		{
			active: flag,
			did: { ...text(), nullable: true },
			grantedScope: text(),
			reason: { ...text(), enum: ["not_linked", "signed_out", "session_expired"] },
			...further,
		},
		["active", "did"],
	);
