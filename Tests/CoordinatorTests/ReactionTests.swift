import Planner
import Testing

@testable import Coordinator

@Suite struct ReactionTests {
  @Test func theFirstOfSeveralChangesCounts() {
    var reaction = Reaction()
    reaction.saw(at: 1_000)
    reaction.saw(at: 1_200)
    reaction.called(at: 2_500)
    #expect(reaction.end() == 1_500)
    #expect(reaction.end() == nil)
  }

  @Test func aJobWithoutAChangeIsNoReaction() {
    var reaction = Reaction()
    reaction.called(at: 5)
    #expect(reaction.end() == nil)
    reaction.saw(at: 10)
    reaction.nothingFollows()
    reaction.called(at: 20)
    #expect(reaction.end() == nil)
  }

  @Test func aLaterJobDoesNotLengthenIt() {
    var reaction = Reaction()
    reaction.saw(at: 10)
    reaction.called(at: 20)
    reaction.nothingFollows()
    reaction.called(at: 90)
    #expect(reaction.end() == 10)
  }

  @Test func theEntryOfWhatIsServedSaysIt() {
    let said = Told<Announcer.Entry>()
    let announcer = Announcer { said.values.append($0) }
    let event = Event(code: .committed, text: "generation 2 is served")
    announcer.announce(
      event, service: "console", observation: observation(), reactedMicroseconds: 812)
    announcer.announce(event, service: "console", observation: observation())
    #expect(
      said.values.map { $0.fields["SUPERVISORD_EC_REACTED_USEC"] } == ["812", nil])
  }
}
