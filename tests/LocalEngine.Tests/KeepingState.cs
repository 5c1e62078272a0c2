using Orleans.Storage;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>States that outlive their grains.</summary>
public sealed class KeepingState
{
    private readonly MemoryStates _states = new();

    [Fact(Timeout = 10_000)]
    public async Task What_a_grain_wrote_is_there_for_the_next_activation_and_what_it_did_not_write_is_not()
    {
        await using (var host = new EngineHost(states: _states))
        {
            await Keeper(host).Do(async state =>
            {
                Assert.Equal((null, false, ""), (state.Etag, state.RecordExists, state.State.Text));
                state.State = new Note { Text = "written" };
                await state.WriteStateAsync();
                state.State = new Note { Text = "only thought of" };
                return "";
            });
            await host.StopAsync();
        }

        await using var next = new EngineHost(states: _states);
        Assert.Equal("written 1 True", await Keeper(next).Do(Tell));
        Assert.Equal(" 0 False", await Keeper(next, "other").Do(Tell));
    }

    [Fact(Timeout = 10_000)]
    public async Task Of_two_activations_the_one_that_has_not_read_the_last_state_can_not_write()
    {
        await using var one = new EngineHost(states: _states);
        await using var other = new EngineHost(states: _states);
        await Keeper(other).Do(Tell);
        await Keeper(one).Do(state => WriteAsync(state, "first"));

        await Keeper(other).Do(async state =>
        {
            await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(state, "second"));
            await Assert.ThrowsAsync<InconsistentStateException>(state.ClearStateAsync);
            await state.ReadStateAsync();
            Assert.Equal("first", state.State.Text);
            return await WriteAsync(state, "third");
        });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Keeper(one).Do(state => WriteAsync(state, "fourth")));
        Assert.Equal("third 2 True", await Keeper(new EngineHost(states: _states)).Do(Tell));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_state_that_was_cleared_is_new_and_none_of_those_who_read_it_before_can_write()
    {
        await using var one = new EngineHost(states: _states);
        await using var other = new EngineHost(states: _states);
        await Keeper(one).Do(state => WriteAsync(state, "first"));
        await Keeper(other).Do(Tell);

        var cleared = await Keeper(one).Do(async state =>
        {
            await state.ClearStateAsync();
            return await Tell(state);
        });

        Assert.Equal(" 2 False", cleared);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Keeper(other).Do(state => WriteAsync(state, "second")));
        await Keeper(one).Do(state => WriteAsync(state, "third"));
    }

    [Fact(Timeout = 10_000)]
    public async Task While_a_state_can_not_be_read_its_grain_does_not_activate()
    {
        await using var host = new EngineHost(states: _states);
        _states.Trouble = new FormatException("away");
        await Assert.ThrowsAsync<FormatException>(() => Keeper(host).Do(Tell));

        _states.Trouble = null;
        Assert.Equal(" 0 False", await Keeper(host).Do(Tell));
    }

    private static IKeeper Keeper(EngineHost host, string key = "k") => host.Grains.GetGrain<IKeeper>(key);

    private static Task<string> Tell(IPersistentState<Note> state) =>
        Task.FromResult($"{state.State.Text} {state.Etag ?? "0"} {state.RecordExists}");

    private static async Task<string> WriteAsync(IPersistentState<Note> state, string text)
    {
        state.State = new Note { Text = text };
        await state.WriteStateAsync();
        return text;
    }
}

/// <summary>A grain that does with its state what a test tells it.</summary>
public interface IKeeper : IGrainWithStringKey
{
    Task<string> Do(Func<IPersistentState<Note>, Task<string>> work);
}

/// <summary>The grain behind <see cref="IKeeper"/>.</summary>
public sealed class KeeperGrain([PersistentState("note")] IPersistentState<Note> note) : Grain, IKeeper
{
    public Task<string> Do(Func<IPersistentState<Note>, Task<string>> work) => work(note);
}

/// <summary>What it keeps.</summary>
public sealed record Note
{
    public string Text { get; init; } = "";
}
