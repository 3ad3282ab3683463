import { PersonParts } from "./person.tsx";
import type { SignInApi } from "./use-bsky-sign-in.ts";

/** The list under the field. */
export const Suggestions = ({ api }: { api: SignInApi }) => (
	<ul {...api.getListProps()}>
		{api.suggestions.map((person, index) => (
			<li key={person.handle} {...api.getOptionProps(index)}>
				<PersonParts api={api} person={person} />
			</li>
		))}
	</ul>
);

/** Accounts used on this device before. */
export const Accounts = ({ api }: { api: SignInApi }) => (
	<>
		<div {...api.getDividerProps()}>{api.labels.accounts}</div>
		<ul {...api.getAccountsProps()}>
			{api.accounts.map((account) => (
				<li key={account.handle} {...api.getAccountItemProps()}>
					<button {...api.getAccountProps(account)}>
						<PersonParts api={api} person={account} />
					</button>
					<button {...api.getForgetProps(account)}>×</button>
				</li>
			))}
		</ul>
	</>
);
