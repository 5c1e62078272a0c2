using Microsoft.AspNetCore.Components;

namespace OrleansHybrid.Silo.Web;

/// <summary>A whole page: everything that it shows is in its model, read before it is rendered.</summary>
public abstract class Page<TModel> : ComponentBase
{
    /// <summary>The visitor; null where that is not known.</summary>
    [Parameter]
    public PageVisitor? PageVisitor { get; set; }

    /// <summary>What it shows.</summary>
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}
