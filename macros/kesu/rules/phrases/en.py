"""English phrasings. ``<`` and ``>`` stand for the edge of a word, ``~`` for what stays within a clause.

As in `kesu.rules.phrases.zh` every repeat has a bound and there is no look-around.
"""

from __future__ import annotations

from typing import Final

from kesu.rules.phrases.parts import Part

WHO: Final = "(?:customer|client|caller|complainant|tenant|resident|passenger|patient|user|member|guest|citizen|lady|gentleman|man|woman|he|she|they)s?"
HIM: Final = "(?:(?:the |this |our |a )?(?:customer|client|caller|complainant|tenant|resident|passenger|patient|member|guest|citizen|lady|gentleman|him|her|them|you))"
WE: Final = "(?:we|i|us|our (?:team|company|bank|branch|office|staff|engineer|driver|agent|side|people|colleague)s?|the (?:bank|company|shop|store|branch|council|office|department|team|firm|authority|staff)|staff)"

_SAYS: Final = "(?:says?|said|wants?|wanted|asks?|asked|demands?|demanded|thinks?|claims?|claimed|believes?|insists?|insisted|feels?|felt|expects?|expected|hopes?|states?|stated|admits?|admitted|requests?|requested|refused?|refuses|declined|turned down|complains?|complained|alleges?|reports?|reported|wishes|wished|would like|never|does not want|doesn't want|did not|didn't)"
_AT: Final = '(?:[.;,!?:"“(] ?|^ ?| (?:and|but|because|since|that|as|although) )'
THEY_SAY: Final = f"{_AT}(?:the |this |that |our |old )?{WHO}(?: [a-z]{{1,14}}){{0,2}} {_SAYS} ~{{0,90}}"
QUOTED: Final = f'["“][^"”□]{{0,90}}["”],? (?:the )?{WHO} [a-z]{{2,12}}|{_SAYS},? ["“][^"”□]{{0,90}}["”]'
"""What the customer says, wants or thinks, in a text of the team."""
TOLD: Final = "(?:told|advised|assured|informed|promised|explained to|explained|said to|asked|let|reassured|notified|confirmed to|replied to|replied|guaranteed|answered)"
IF: Final = "(?:if|whether|should|unless|in case|provided|once it is clear)"
NOT: Final = "(?:not|cannot|can't|couldn't|won't|didn't|don't|doesn't|isn't|wasn't|aren't|never|no|nobody|nothing|none|neither|without|refused to|declined to|unable to|made no)"

_DAY: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_COUNT: Final = "(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty)"
TIME: Final = (
    f"(?:[0-9]{{1,2}}:[0-9]{{2}}|[0-9]{{1,2}} ?[ap]\\.?m>|[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|<{_MONTH} [0-9]{{1,2}}|{_DAY}|<(?:noon|midnight|tonight)>"
    f"|(?:within|in under|by) (?:the next )?{_COUNT} (?:working |business )?(?:minute|hour|day|week)|(?:by|before) (?:the )?(?:end of|close of|tomorrow|today)|<(?:today|tomorrow) (?:at|by|before)|{_COUNT} hours)"
)
SOON: Final = (
    "(?:<as (?:soon|quickly|fast|early) as (?:possible|we can|i can|practicable)|<a\\.?s\\.?a\\.?p|<shortly>|<soon(?:est)?>|<in due (?:course|time)|<later>|<right away|<straight ?away|<at once>|<immediately>|<promptly>|<without delay|<in a (?:bit|while|moment|minute|jiffy)|<before (?:too )?long"
    "|<in the (?:near|not too distant) future|<(?:in|over|within) the (?:next few|coming) (?:days|weeks|hours)|<in a few (?:days|weeks|hours)|<a couple of days|<at (?:the|your|our) earliest|<earliest (?:opportunity|convenience)|<at some (?:point|stage)|<some ?time(?: (?:next|this)|>)|<one of these days"
    "|<when (?:time|it) (?:allows|is possible)|<when possible|<(?:when|once|as soon as|after) (?:we|i|the|he|she|they|it|investigated|available|checked|known|done)>|<once (?:investigated|available|resolved|checked|known|done)|<until further notice"
    "|<bear with (?:us|me)|<be patient|<leave it with (?:me|us)|<keep (?:you|him|her|them|the customer|customer) (?:posted|updated|informed)|<look(?:ing)? into (?:it|this|the)|<working on (?:it|this)|<(?:do|try|trying) our (?:very )?best|<do my best|<chase (?:this|it)|<try to|<aim to|<by then>|<let (?:you|him|her|them) know|<follow up>|<get back to (?:you|him|her|them)|<be in touch|<quickly>|<swiftly>|<speedily)"
)

BLAME: Final = "(?:fault|mistake|error|oversight|negligence|negligent|failure|failing|liability|blame|blunder|wrong|slip)"
JUDGED: Final = (
    "(?:unreasonable|trouble ?maker|making (?:a|such a) (?:fuss|scene)|liar|lying|nasty|freeloader|trying it on|stupid|silly|serial complainer|hysterical|difficult (?:customer|client|person|caller|man|woman|lady)|out of (?:all )?proportion|drama queen|rude|aggressive|idiot|moron|too thick|nuisance|greedy|shut (?:her|him|them) up"
    "|scammer|fraudster|con ?man|trying to (?:cheat|get money|scam|con|rip)|vexatious|frivolous|over-?reacti?n?g?s?|overreacts|pathetic|nothing better to do|senile|crazy|mad(?: as)?|insane|mental|lunatic|nutter|impossible to (?:please|deal)|pain in the|time ?waster|attention|whin(?:g?ing|ger|er)|moaner|entitled|abusive (?:man|woman|customer|client|idiot)|paranoid|ignorant|lazy|karen|cheapskate|chancer|exaggerat(?:es|ing|ed)|never listens|refuses to listen)"
)
_MONEY: Final = "(?:[£$€¥] ?[0-9]|[0-9][0-9.,]{0,9} ?(?:pounds?|dollars?|euros?|bucks|quid|yuan|rmb|usd|gbp|eur|cents|pence|percent|%))"

NOT_PAID: Final = (
    f"<(?:{NOT}|{IF}|decline[ds]?|refuse[ds]?)>~{{0,40}}(?:refund|compensat|reimburs|pay|waive|credit|goodwill|money)[a-z]{{0,6}}~{{0,20}}",
    THEY_SAY,
    QUOTED,
    "<(?:request|application|applied|approval|check|result|outcome|decision|question|submitted|awaiting|claim form|filed)~{0,30}(?:refund|compensation|waiver|goodwill|reimbursement)|(?:refund|compensation|waiver|goodwill|reimbursement) (?:request|check|question|form|applied|application|claim)",
    "<(?:approved and|was|were|already|has been) (?:credited|paid|refunded)",
)
"""Money refused, asked for, applied for or long paid: nobody has promised it."""

PARTS: Final = (
    Part("vague", "promise",
         "soon|asap|a\\.s\\.a|as (?:quick|fast|early)|shortly|due (?:course|time)|later|away|at once|immediate|prompt|delay|in a |long|future|coming|next|couple|earliest|some|when|once|after|until|bear with|patient|leave it|keep |look|working on|best|chase|try|aim|by then|know|follow up|back to|touch|quickly|swiftly|speedily",
         (f"{SOON}[^.;!?\n□]{{0,60}}{TIME}", f"{TIME}[^.;!?\n□]{{0,60}}{SOON}", f"<{NOT}>~{{0,30}}{SOON}", THEY_SAY, QUOTED, f"<if>~{{0,40}}{SOON}",
          f"{_AT}(?:the )?{WHO} (?:will|is to|shall) ~{{0,30}}{SOON}"),
         (SOON,)),
    Part("vague", "work",
         "soon|asap|a\\.s\\.a|shortly|due (?:course|time)|later|away|at once|immediate|prompt|delay|in a |long|future|coming|next|couple|earliest|some|when|once|after|until|bear with|patient|leave it|keep |look|working on|best|chase|try|aim|by then|know|follow up|back to|touch|quickly|swiftly|speedily",
         (f"{SOON}[^.;!?\n□]{{0,60}}{TIME}", f"{TIME}[^.;!?\n□]{{0,60}}{SOON}", f"<{NOT}>~{{0,30}}{SOON}", THEY_SAY, QUOTED, "<asked (?:the )?(?:depot|team|warehouse|department|engineer|branch|carrier|supplier|network)~{0,60}"),
         (f"<{TOLD} (?:{HIM} |that )?[^.;!?\n□]{{0,60}}{SOON}",)),
    Part("overpromise", "promise work",
         "never|guarantee|promise|assure|my word|our word|100 ?%|certain|whatever it takes|no chance|absolutely|definite|no matter|make sure|for good|won't|will not|no more|no further|last time|all of|not come back|cannot fail|no repeat|swore|swear|vow|everything|completely",
         (f"<(?:{NOT}|nobody can|no one can|{IF})>~{{0,30}}(?:guarantee|promise|assur)[a-z]{{0,4}}~{{0,60}}", "<no (?:guarantee|promise)s?>~{0,60}", THEY_SAY, QUOTED,
          "guarantee (?:certificate|card|period|receipt|claim|slip|scheme)|(?:under|deposit|bank|warranty and|the) guarantee|<can never be>|<(?:customer|she|he|they)[a-z ]{0,8} (?:will )?never|<(?:demands?|wants?|asks?(?: for)?|asked for) a guarantee~{0,60}|<never (?:promised|guaranteed|received|said)~{0,40}"),
         ("<(?:will|'ll|would|shall|won't|wouldn't|can|could) (?:never|not ever|ever)(?: again| happen| have| drop| fail| be| occur| go| come)|<never (?:happen|again|fail|occur|be (?:over|double)|have to)|<never ~{0,25} again>|<never rise",
          "<(?:promise|promised|assure|assured|guarantee|guaranteed|swore|swear|vow|vowed)>~{0,45}(?:never|won't|will not|would not|not (?:happen|fail|come back|recur|be repeated)|no (?:repeat|more|further)|satisf|everything|always|any more)",
          f"<(?:i|we|fully|personally) guarantee>|<guaranteed (?:delivery|result|success|approval|that|to)|<guaranteed {HIM}>|<guarantee (?:that|you|him|her|them|it)>|<(?:my|our) word",
          "<100 ?(?:%|per ?cent) (?:certain|sure|safe|secure|guaranteed|reliable|satisf)|<whatever it takes|<(?:absolutely )?no (?:chance|risk|possibility) (?:of|that|whatsoever)|<there (?:will|would) be no (?:repeat|more|further)|<no (?:further|more) ~{0,30}(?:will|ever|from now on|occur|happen)",
          "<(?:will|'ll) (?:definitely|certainly|absolutely|undoubtedly|always)>|<definitely (?:not|be|get|will|work)|<no matter what|<make sure (?:you|this|that|it) (?:never|won't|doesn't|does not)|<gone for good|<for good,? i promise|<(?:fixed|solved|sorted|cured) for good|<won't (?:ever|happen again|fail|come back)>|<(?:will|would) not (?:happen|fail|occur|come back|recur)(?: again)?|<not happen again|<won't fail again|<won't happen (?:a|another)|<(?:is|this is) the last time|<that's a promise|<(?:meet|fulfil|satisfy|fix|grant|do) (?:all|every|each|everything)(?: of)?(?: (?:your|her|his|their|she|he|you|they)|>)|<completely safe|<cannot fail|<cannot possibly")),
    Part("fault", "promise work",
         "fault|mistake|error|oversight|neglig|fail|liab|blame|blunder|wrong|slip|responsib|messed|let (?:her|him|them|you) down|damaged|broke|lost|forgot|rude|overcharged|should have|on us|owned up|screwed|botched|mislaid|mishandled|sorry we|apologi[sz]ed (?:for our|because)",
         (f"<(?:{NOT}|nor|{IF}|not yet|yet to|suspected|possible|possibly|alleged|may|might|could)>~{{0,40}}(?:{BLAME}|responsib|liable|damaged|broke|lost|accepted)[a-z]{{0,4}}~{{0,25}}", THEY_SAY, QUOTED,
          f"<(?:customer|client|caller|{WHO})(?:'s)? (?:own )?(?:fault|mistake|error)|<(?:by mistake|line fault|error (?:message|code)|fault (?:on|in|report|ticket|located|found|number|code)|no fault)|<(?:first agent|carrier|courier|landlord|manufacturer|supplier|third party)~{{0,20}}responsib[a-z]{{1,14}}|<who is responsible|<stays? responsible|<{BLAME} ours>~{{0,4}}unclear"),
         (f"<(?:our|my)(?: own)? (?:[a-z]{{1,14}} ){{0,2}}{BLAME}|<{BLAME}s? (?:is|are|was|were|lies|lay|of|on) (?:ours|with us|our)|<(?:error|mistake|fault|failure) (?:of|on) our(?:s| part)|<on our part>",
          f"<{WE} (?:[a-z']{{1,14}} ){{0,3}}(?:at fault|to blame|in the wrong|responsible|liable|negligent|wrong>|messed up|screwed up|got (?:it|this|that) wrong|let (?:her|him|them|you) down|made (?:a|an|the|some) ~{{0,12}}(?:mistake|error|blunder)|forgot|failed to|damaged|broke|lost|overcharged|mishandled|mislaid|botched|slipped up|dropped the ball|rude)",
          f"<(?:admitted|conceded|acknowledged|accepted|owned up|confessed|agreed (?:that|with|it))>~{{0,35}}(?:{BLAME}|to blame|responsib|rude|lost|damaged|broke|let (?:her|him|them) down|forg[eo]t|failed|late)|<(?:take|took|taking|accept|accepted|bear) (?:full |all |the )?(?:responsibility|blame|liability)|<should have (?:warned|told|informed|checked|called|known)|<(?:it's|it is|it was|that's|this is) (?:all )?on us>|<blame (?:lies|is|rests) (?:with|on) us|<down to us>")),
    Part("judgement", "customer work",
         "unreason|trouble|fuss|scene|liar|lying|nasty|freeload|trying|stupid|silly|serial|hyster|difficult|proportion|drama|rude|aggress|idiot|moron|thick|nuisance|greedy|shut|scam|fraud|con ?man|vexat|frivol|over-?react|pathet|nothing better|senile|crazy|mad|insane|mental|lunatic|nutter|impossible|pain in|time ?waster|attention|whin|moan|entitled|abusive|paranoid|ignoran|lazy|karen|cheapskate|chancer|exagger|never listens|refuses to listen|obviously|clearly",
         (f"<(?:i|me|my|we|your|you|our|the (?:neighbour|neighbor|engineer|driver|salesman|shop assistant|shop|waiter|nurse|doctor|staff|agent|landlord|cashier|clerk)s?)>[^.;!?\n□]{{0,50}}<{JUDGED}", f"<(?:not|never|n't|nobody|without)>~{{0,40}}<{JUDGED}", f"<(?:don't|do not|isn't|wasn't|aren't|is no)>~{{0,40}}<{JUDGED}",
          f"<{JUDGED} (?:rang|called|phoned|texted|e-?mailed|prices?|terms?|charges?|delays?|fees?|to understand)", "<(?:felt|feels|treated|said to have been)~{0,40}", QUOTED),
         (f"<{JUDGED}", "<(?:obviously|clearly)>~{0,20}<(?:the customer|customer|the client|client|the caller|he|she|they|his|her|their|[a-z ]{0,24}'s) ?~{0,20}(?:fault|doing|lying|trying|wrong|after|wants|mistake)|<(?:customer|client|caller|complainant|he|she) (?:is|was) (?:obviously|clearly)>|<obviously (?:his|her|their) ")),
    Part("money", "promise", "refund|compensat|free|pay|waive|reimburs|gift|money back|price back|cover|credit|%|knock|write|written off|goodwill|make good|discount",
         NOT_PAID,
         (f"<{WE} ?(?:will|'ll|shall|would|are going to|can|'d) (?:[a-z]{{1,14}} ){{0,2}}(?:compensat|refund|pay>|pay |waive|reimburs|cover|credit|make good|knock|write off|bear)|<we'll (?:[a-z]{{1,14}} )?(?:pay|cover|refund|compensate|reimburse|waive|credit|knock|give)",
          f"<(?:promised?|agreed|offered|guaranteed?|will|to be|approved|happy to)>~{{0,30}}(?:refund|compensat|reimburs|waiv|money back|price back|written off|credit(?:ed)? {_MONEY}|{_MONEY})|<full refund|<double (?:your|her|his|the) money|<money back>|<(?:one|two|three|six|twelve|[0-9]{{1,2}}) (?:months?|weeks?|years?) free|<free of charge|<gift (?:card|voucher)~{{0,20}}[0-9£$€]|{_MONEY}[0-9.,]{{0,9}} (?:goodwill|credit|off|refund|compensation|voucher|back)|<written off>")),
    Part("money", "work", "refund|compensat|free|pay|waive|reimburs|gift|money back|price back|cover|credit|%|knock|written off|goodwill|make good|bear|settle|rental",
         NOT_PAID,
         (f"<(?:promised?|agreed|offered|guaranteed|assured|told|said|pledged|committed)>~{{0,40}}(?:refund of|a refund|full refund|to refund|will refund|compensat|reimburs|waive|money back|half the price|make good|(?:to|will|would|'d|we'd) (?:pay|cover|credit|bear|refund)|to bear|{_MONEY})|<(?:agreed|offered)>~{{0,30}}{_MONEY}",)),
    Part("claim", "customer", "refund|compensat|money|pay|paid|claim|back|reimburs|cover|damages|owe|credit|fee off|discount|make (?:this|it) right|make good|bucks|goodwill|return the|[£$€¥]|pounds|loss|rental",
         ("<(?:don't|do not|does not|doesn't|didn't|did not|not|never|no|nor|without|forget|makes? no)>(?: [a-z]{1,14}){0,3} (?:compensation|refund|money|claim|reimburse|damages)[a-z]{0,6}|<(?:already|has|have) (?:already )?(?:paid|refunded)|<refund (?:desk|of last|form|policy|window)|<(?:i|do i|how much do i|we) (?:have|need) to pay[,?!. ]|<about the money|<money (?:out of|from)|<claim (?:needs|that|it|to be|form)|<compensation (?:rules|policy|terms|scheme)|<(?:neighbour|neighbor|insurer|insurance)[a-z]{0,5} (?:has |have |already ){0,2}paid[a-z ]{0,12}|<refund (?:of [a-z ]{0,12} )?(?:has )?(?:arrived|received)",),
         (f"<(?:want|need|demand|expect|request|require|give|get|have|return|refund|like|wants|demands|expects|requests|deserve)>~{{0,25}}(?:money|refund|compensat|reimburs|damages|deposit back|{_MONEY}[0-9.,]{{0,8}}[a-z ]{{0,9}} (?:back|for|as|in|credited))", f"<refund (?:me|my|us|the|it)>|<reimburse (?:me|us)|<compensate|<compensation (?:for|would|is due)|<(?:owe|owes) (?:me|us)|<money back|<my money>|<pay (?:me|us)>|<(?:gi?ve|pay|return|send) (?:me |us )?(?:back )?(?:my|the) (?:deposit|money|{_MONEY})",
          f"<(?:claim|claiming|claims|seeks?|seeking|demand|demanding|asks? for|asking for|sue for)>~{{0,25}}(?:{_MONEY}|damages)|<return the {_MONEY}|<at least {_MONEY}|<at least [0-9.,]{{2,9}}|<(?:should|must|have to|has to|had better|going to|gonna) (?:pay|cover|refund|compensate|reimburse)(?: for| me| us| my| the)|<who (?:is going to|will|is|'s) pay|<want (?:that|it|this) (?:covered|paid|refunded|credited)|<(?:be|been) (?:reimbursed|refunded|compensated|paid for)|<reimbursed for",
          f"<take (?:the|this|that) ~{{0,20}} off (?:my|the)|<(?:a|some) (?:discount|refund|compensation|gesture)|<(?:not|shouldn't|won't) (?:be )?(?:have to )?pay(?:ing)? (?:for|this|the|that|a penny|until)|<make good (?:my|our|the)|<to be paid for|<gesture of goodwill|<want ~{{0,12}}{_MONEY}[0-9.,]{{0,8}}~{{0,20}}")),
    Part("threat", "customer", "court|press|lawyer|solicitor|attorney|regulator|ombuds|twitter|facebook|instagram|tiktok|youtube|social media|review|trading standards|my mp|legal|fca|ofcom|sue|journalist|newspaper|viral|bureau|chief exec|ceo|escalat|head office|police|public|association|watchdog|class action|tv |television|internet|papers|online|trustpilot|media|congress|senator|councillor|tribunal|litigat|prosecut|report you",
         ("<(?:don't want|do not want|no intention|not going|won't|will not|does not wish|doesn't want|not wish|don't wish|withdrawn?|withdrew|dropped|not plan|wouldn't|without)>~{0,60}", "<(?:tennis|basketball|food|county|football|squash) courts?|<press (?:the|office|a|any|one|release)|<(?:gas|pressure|voltage) regulator|<suing my|<sue my (?:neighbour|neighbor|landlord)|<(?:lost|stolen|stole)[^.;!?\n□]{0,40}police|<i'm a (?:lawyer|solicitor|journalist)|<i am a (?:lawyer|solicitor|journalist)"),
         ("<(?:take|taking|see|meet|drag|bring)>~{0,12}<(?:court|tribunal)|<(?:go|going|went|off|run|turn|take (?:it|this)|get)(?: (?:straight|right|public|directly))? to (?:the |a |my )?(?:small claims |county )?(?:court|press|media|papers?|newspapers?|regulator|ombudsman|trading standards|police|fca|ofcom|watchdog|tv|consumer|lawyer|solicitor|chief|ceo|head office|tribunal|internet)|<small claims|<court action|<(?:in|see you in) court>",
          "<(?:hear(?:ing)?|letter) from (?:my|our) (?:lawyer|solicitor|attorney)|<my (?:lawyer|solicitor|attorney) (?:has|will|is|says|shall)|<(?:instructed|hired|consult(?:ed|ing)?|found) (?:a|my) (?:lawyer|solicitor|attorney)|<legal (?:action|steps|proceedings|advice|route)|<(?:i'll|i will|going to|we'll|shall|we will) sue|<sue (?:you|your|the bank|the company)|<class action|<reserve (?:the|my|all)(?: my)? rights?|<litigation>|<prosecute you",
          "<report(?:ing)? (?:you|this|it|the matter|the bank|your)(?: [a-z]{1,14}){0,2} to>|<(?:complain|complaining|complaint|complaint filed|write|writing|letter goes|escalate|escalating|appeal|refer|referring|taking this)(?: [a-z]{1,14}){0,2} (?:to|with) (?:the |my |your )?(?:regulator|ombudsman|fca|ofcom|mp|watchdog|better business|consumer|trading standards|head office|ceo|chief|press|council|ministry|authorit|senator|congress|police|bureau|news)|<(?:the )?(?:ombudsman|regulator|ofcom|fca|watchdog|press|police|papers|media|trading standards|bureau) (?:will|shall|would|is going to|are going to)>|<straight to (?:your|the) (?:chief|ceo|head)",
          "<(?:post|posting|put|putting|share|sharing|plaster|tweet|upload)(?:ed|ing)? (?:it|this|that|the|everything|about|all|my|your)(?: [a-z]{1,14}){0,5} (?:on|over|to|across) (?:the )?(?:twitter|facebook|instagram|tiktok|youtube|social|internet|x>|trustpilot|online|net)|<all over (?:twitter|facebook|social|the internet)|<(?:it|this) (?:goes|is going|will go) (?:on|viral|public|to the)|<go(?:ing)? (?:viral|public)>|<(?:one|1)-? ?star|<bad reviews?|<tell (?:the )?(?:whole )?(?:internet|world|press|papers|everyone)|<number of a (?:journalist|reporter)|<(?:call|ring|phone|contact|tell|alert|inform|email|speak to) (?:the |a |my )?(?:tv|television|press|papers|journalist|newspaper|media|police|ombudsman|regulator|reporter|mp>)|<police will")),
)  # fmt: skip
