/** Pieces of the routes' OpenAPI documents. */

// What an app's `auth` infers spells out what a route is made of: only types that need no name.
type RequestBody = { content: { "application/json": { schema: { type: "object" } } } };
type Responses = { [status: string]: { description: string } };

interface Schema {
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

export const choice = (values: readonly string[]): Schema => ({
	type: "string",
	enum: [...values],
});

export const flag: Schema = { type: "boolean" };

export const object = (
	properties: Record<string, Schema>,
	required?: string[],
): Schema & { type: "object" } => ({
	type: "object",
	...(required && { required }),
	properties,
});

export const list = (items: Schema): Schema => ({ type: "array", items });

const json = <S extends Schema>(schema: S) => ({ "application/json": { schema } });

/** The body of a request. */
export const takes = (schema: Schema & { type: "object" }): RequestBody => ({
	content: json(schema),
});

/** The one answer of an endpoint that doesn't fail; without a schema its body is not described. */
export const answers = (description: string, schema?: Schema): Responses => ({
	200: { description, ...(schema && { content: json(schema) }) },
});

/** The properties of what is said of a session. */
export const stateProperties: Record<string, Schema> = {
	active: flag,
	did: { ...text(), nullable: true },
	grantedScope: text(),
	reason: { ...text(), enum: ["not_linked", "signed_out", "session_expired"] },
};

/** What is said of a session, with further properties beside. */
export const stateSchema = (further: Record<string, Schema> = {}): Schema =>
	object({ ...stateProperties, ...further }, ["active", "did"]);
