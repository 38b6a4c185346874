<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About SEAGULL Studio</source>
        <translation>关于 SEAGULL Studio</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Mark regions of photographs, rate their distortions, quality and importance, and make a data set of them.</source>
        <translation>标出照片中的区域，评定其失真、质量和重要性，由此建成数据集。</translation>
    </message>
    <message>
        <source>Scales and labels follow SEAGULL (arXiv 2411.10161).</source>
        <translation>量表与标签遵循 SEAGULL（arXiv 2411.10161）。</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later. It comes without any warranty.</source>
        <translation>自由软件，遵循 GNU 通用公共许可证第 3 版或更新版本，不提供任何担保。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>AlphaChart</name>
    <message>
        <source>Agreement by scale</source>
        <translation>各量表的一致性</translation>
    </message>
    <message>
        <source>undefined</source>
        <translation>无法计算</translation>
    </message>
    <message>
        <source>levels, ordinal α</source>
        <translation>等级，序数 α</translation>
    </message>
    <message>
        <source>presence, nominal α</source>
        <translation>有无，名义 α</translation>
    </message>
</context>
<context>
    <name>AnnotatePage</name>
    <message>
        <source>Rate</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Rate the ROIs of your queue (M changes over)</source>
        <translation>评定队列中的 ROI（按 M 切换）</translation>
    </message>
    <message>
        <source>Mark ROIs</source>
        <translation>标记 ROI</translation>
    </message>
    <message>
        <source>Mark new ROIs on the pictures (M changes over)</source>
        <translation>在图像上标记新的 ROI（按 M 切换）</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>工作内容</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>The ROI before this one, to correct it (Ctrl+Z)</source>
        <translation>上一个 ROI，以便更正（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>Put this ROI off until the others are done (Ctrl+Right)</source>
        <translation>先做其他 ROI，最后再做这个（Ctrl+Right）</translation>
    </message>
    <message>
        <source>Ask the model about this ROI</source>
        <translation>询问模型对此 ROI 的看法</translation>
    </message>
    <message>
        <source>What the project&apos;s model says of the chosen ROI; the answer comes below the picture</source>
        <translation>项目的模型对所选 ROI 的判断；结果显示在图片下方</translation>
    </message>
</context>
<context>
    <name>AnnotatorDialog</name>
    <message>
        <source>Who is rating?</source>
        <translation>由谁评分？</translation>
    </message>
    <message>
        <source>Add an annotator</source>
        <translation>添加评分员</translation>
    </message>
    <message>
        <source>Annotators</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>{name} (simulated)</source>
        <translation>{name}（模拟）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Annotator</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>Lead</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>New annotator</source>
        <translation>新评分员</translation>
    </message>
    <message>
        <source>A lead sets the project up, exports and settles disputes.</source>
        <translation>负责人设置项目、导出数据并裁定争议。</translation>
    </message>
    <message>
        <source>Nobody leads this project yet: whoever made it does. {lead}</source>
        <translation>此项目还没有负责人：由创建者担任。{lead}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
</context>
<context>
    <name>AnnotatorsCard</name>
    <message>
        <source>Add annotator…</source>
        <translation>添加评分员…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Ratings</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>待评</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>Annotators</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>Exclude…</source>
        <translation>排除…</translation>
    </message>
    <message>
        <source>Readmit</source>
        <translation>重新计入</translation>
    </message>
    <message>
        <source>Merge…</source>
        <translation>合并…</translation>
    </message>
    <message>
        <source>Undo merge…</source>
        <translation>撤销合并…</translation>
    </message>
    <message>
        <source>Make lead</source>
        <translation>设为负责人</translation>
    </message>
    <message>
        <source>Make annotator</source>
        <translation>设为评分员</translation>
    </message>
    <message>
        <source>annotator</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>lead</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>{name} (simulated)</source>
        <translation>{name}（模拟）</translation>
    </message>
    <message>
        <source>{name} (also {others})</source>
        <translation>{name}（又名 {others}）</translation>
    </message>
    <message>
        <source>{name} (excluded)</source>
        <translation>{name}（已排除）</translation>
    </message>
</context>
<context>
    <name>AnnotatorsTab</name>
    <message>
        <source>Filter by name or role</source>
        <translation>按姓名或角色筛选</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>Annotators</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Ratings</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>|Bias|</source>
        <translation>|偏差|</translation>
    </message>
    <message>
        <source>How far their votes lie from the others&apos;, without the sign, mean over the scales</source>
        <translation>其评分与他人相差多少（不计正负），各量表的平均</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>Inconsistency: how much their votes vary about score and bias, mean over the scales</source>
        <translation>不一致性：其评分围绕得分与偏差的波动，各量表的平均</translation>
    </message>
    <message>
        <source>ρ others</source>
        <translation>ρ 他人</translation>
    </message>
    <message>
        <source>Spearman&apos;s correlation with the mean of the others, mean over the scales</source>
        <translation>与他人均值的斯皮尔曼相关系数，各量表的平均</translation>
    </message>
    <message>
        <source>α gain</source>
        <translation>α 增益</translation>
    </message>
    <message>
        <source>What alpha gains without them, mean over the scales</source>
        <translation>去掉此人后 α 的增量，各量表的平均</translation>
    </message>
    <message>
        <source>Same</source>
        <translation>雷同</translation>
    </message>
    <message>
        <source>Share of ratings with their most frequent pattern</source>
        <translation>采用其最常用组合的评分所占份额</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Scales on which BT.500 flags them; it sees little</source>
        <translation>被 BT.500 标记的量表数；该方法灵敏度低</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Median time of one rating</source>
        <translation>单次评分用时的中位数</translation>
    </message>
    <message>
        <source>{name} (lead)</source>
        <translation>{name}（负责人）</translation>
    </message>
    <message>
        <source>{name} (excluded)</source>
        <translation>{name}（已排除）</translation>
    </message>
</context>
<context>
    <name>AskingController</name>
    <message>
        <source>Choose a ROI first: click it in the list below the pictures.</source>
        <translation>请先选择一个 ROI：在图片下方的列表中点击它。</translation>
    </message>
    <message>
        <source>Asking the model about {roi}…</source>
        <translation>正在询问模型：{roi}…</translation>
    </message>
    <message>
        <source>No model is chosen: fit the baseline or add a checkpoint on the Models page.</source>
        <translation>尚未选择模型：请在“模型”页拟合基线或添加检查点。</translation>
    </message>
    <message>
        <source> (untrained)</source>
        <translation>（未训练）</translation>
    </message>
    <message>
        <source>{roi}, by {model}{untrained}: {words}</source>
        <translation>{roi}，{model}{untrained}：{words}</translation>
    </message>
    <message>
        <source>nothing that can be read</source>
        <translation>没有可读的内容</translation>
    </message>
    <message>
        <source>Asking the model…</source>
        <translation>正在询问模型…</translation>
    </message>
</context>
<context>
    <name>AssignController</name>
    <message>
        <source>Hand out ROIs</source>
        <translation>分配 ROI</translation>
    </message>
    <message>
        <source>ROIs that {names} were handed and have not rated are open to everybody again; of the ROIs that the dialog is limited to, if it is.</source>
        <translation>分配给 {names} 但尚未评分的 ROI 将重新对所有人开放；若对话框中设了限制，则只涉及其中的 ROI。</translation>
    </message>
    <message>
        <source>Take back what is not rated?</source>
        <translation>收回未评分的 ROI？</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>收回</translation>
    </message>
    <message>
        <source>ROIs that are open to everybody again: {freed}.</source>
        <translation>重新对所有人开放的 ROI：{freed} 个。</translation>
    </message>
    <message>
        <source>{assigned} ratings of {touched} ROIs were handed out.</source>
        <translation>已分配 {touched} 个 ROI 的 {assigned} 次评分。</translation>
    </message>
    <message>
        <source>{assigned} ratings of {touched} ROIs would be handed out.</source>
        <translation>将分配 {touched} 个 ROI 的 {assigned} 次评分。</translation>
    </message>
    <message>
        <source>{n} more ROIs are left for another time.</source>
        <translation>另有 {n} 个 ROI 留待以后分配。</translation>
    </message>
    <message>
        <source>{n} ROIs want people who have enough to rate already.</source>
        <translation>{n} 个 ROI 还缺评分员，但可选的人待评数量已满。</translation>
    </message>
    <message>
        <source>{n} ROIs want more annotators than there are.</source>
        <translation>{n} 个 ROI 需要的评分员多于现有人数。</translation>
    </message>
</context>
<context>
    <name>AssignDialog</name>
    <message>
        <source>Hand out ROIs</source>
        <translation>分配 ROI</translation>
    </message>
    <message>
        <source>as wanted</source>
        <translation>按需要</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Annotators per ROI</source>
        <translation>每个 ROI 的评分员数</translation>
    </message>
    <message>
        <source>At most so many ROIs</source>
        <translation>最多分配的 ROI 数</translation>
    </message>
    <message>
        <source>To rate for each, at most</source>
        <translation>每人待评上限</translation>
    </message>
    <message>
        <source>Which ROIs</source>
        <translation>哪些 ROI</translation>
    </message>
    <message>
        <source>Annotator</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>Would get</source>
        <translation>将获得</translation>
    </message>
    <message>
        <source>Then to rate</source>
        <translation>之后待评</translation>
    </message>
    <message>
        <source>Annotators</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take back…</source>
        <translation>收回…</translation>
    </message>
    <message>
        <source>What the chosen people were handed and have not rated yet</source>
        <translation>已分配给所选人员但尚未评分的 ROI</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Hand out</source>
        <translation>分配</translation>
    </message>
</context>
<context>
    <name>AuditTab</name>
    <message>
        <source>Filter by who, what, when or why</source>
        <translation>按人员、操作、时间或原因筛选</translation>
    </message>
    <message>
        <source>Only what can be taken back</source>
        <translation>仅显示可撤销的</translation>
    </message>
    <message>
        <source>Take back…</source>
        <translation>撤销…</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>Audit trail</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>What</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>BackupLine</name>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>A backup is being made…</source>
        <translation>正在备份…</translation>
    </message>
    <message>
        <source>Last backup: {time}</source>
        <translation>上次备份：{time}</translation>
    </message>
    <message>
        <source>No backup yet</source>
        <translation>尚无备份</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
</context>
<context>
    <name>BiasCard</name>
    <message>
        <source>Bias report</source>
        <translation>偏差报告</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the table, to paste it into a spreadsheet</source>
        <translation>复制表格，以便粘贴到电子表格中</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>No report yet. It needs ratings for which a suggestion was shown, and ratings of the control share, for which none was. Set the policy to Pre-fill, let people rate, then compute it here.</source>
        <translation>还没有报告。报告需要显示过建议的评分，以及未显示建议的对照份额的评分。请将策略设为“预填”，让评分员评分，然后在此计算。</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>量表</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示建议</translation>
    </message>
    <message>
        <source>Control</source>
        <translation>对照</translation>
    </message>
    <message>
        <source>Acceptance rate</source>
        <translation>接受率</translation>
    </message>
    <message>
        <source>Weight of advice (95 %)</source>
        <translation>建议权重（95 %）</translation>
    </message>
    <message>
        <source>Agreement with</source>
        <translation>有建议的一致性</translation>
    </message>
    <message>
        <source>Agreement without</source>
        <translation>无建议的一致性</translation>
    </message>
    <message>
        <source>Votes for which the suggestion was shown</source>
        <translation>显示过建议的票数</translation>
    </message>
    <message>
        <source>Votes of the control share, for which none was shown</source>
        <translation>对照份额中未显示建议的票数</translation>
    </message>
    <message>
        <source>Share of the suggestions that were left as they were</source>
        <translation>原样保留的建议所占比例</translation>
    </message>
    <message>
        <source>0: votes as if nothing had been shown. 1: votes as suggested, whatever one thinks.</source>
        <translation>0：投票如同未显示建议。1：无论本人看法如何，都按建议投票。</translation>
    </message>
    <message>
        <source>Agreement of the annotators (ordinal alpha) where suggestions were shown</source>
        <translation>显示建议时评分员的一致性（有序 alpha）</translation>
    </message>
    <message>
        <source>Agreement of the annotators (ordinal alpha) where none were shown</source>
        <translation>未显示建议时评分员的一致性（有序 alpha）</translation>
    </message>
    <message>
        <source>Compute again</source>
        <translation>重新计算</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>{scales}: {reason}</source>
        <translation>{scales}：{reason}</translation>
    </message>
</context>
<context>
    <name>BiasController</name>
    <message>
        <source>Save the bias report</source>
        <translation>保存偏差报告</translation>
    </message>
    <message>
        <source>{shown} ratings with a suggestion in view, {control} controls, {images} images.</source>
        <translation>{shown} 份显示过建议的评分，{control} 份对照，{images} 幅图像。</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>模型：{name}</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>The picture with its ROIs. Plus and minus zoom, arrow keys move, Space hides outlines.</source>
        <translation>图像及其 ROI。加号和减号缩放，方向键移动，空格键隐藏轮廓。</translation>
    </message>
</context>
<context>
    <name>CheckController</name>
    <message>
        <source>Checking the project</source>
        <translation>正在检查项目</translation>
    </message>
    <message>
        <source>{count} things are not as they should be.</source>
        <translation>有 {count} 处不符合要求。</translation>
    </message>
    <message>
        <source>Database, pictures and masks are as they should be.</source>
        <translation>数据库、图像和掩膜均正常。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Stored in the journals and not in the database: {count}.</source>
        <translation>保存在日志中而不在数据库中的条目：{count}。</translation>
    </message>
    <message>
        <source>Put back?</source>
        <translation>补回？</translation>
    </message>
    <message>
        <source>Put them back</source>
        <translation>补回</translation>
    </message>
    <message>
        <source>Putting back what stands in the journals</source>
        <translation>正在补回日志中的内容</translation>
    </message>
    <message>
        <source>Put back from the journals: {count}.</source>
        <translation>已从日志补回：{count}。</translation>
    </message>
</context>
<context>
    <name>CheckWords</name>
    <message>
        <source>Let through by {who}, {when}: {reason}</source>
        <translation>由 {who} 于 {when} 放行：{reason}</translation>
    </message>
    <message>
        <source>Gold: {n} items, {share:.0f} % of the votes within one level; {scales}</source>
        <translation>已知答案项：{n} 项，{share:.0f} % 的评分相差不超过一级；{scales}</translation>
    </message>
    <message>
        <source>Repeats: {n} ROIs, {d:.2f} levels apart; the same vote: {scales}</source>
        <translation>重复：{n} 个 ROI，平均相差 {d:.2f} 级；评分相同：{scales}</translation>
    </message>
    <message>
        <source>Repeats asked for and not given yet: {n}</source>
        <translation>已要求但尚未给出的重复：{n}</translation>
    </message>
    <message>
        <source>Test (set {set}), attempt {n}</source>
        <translation>测试（第 {set} 套），第 {n} 次</translation>
    </message>
    <message>
        <source>{where}: under way, {done} of {all}</source>
        <translation>{where}：进行中，{done} / {all}</translation>
    </message>
    <message>
        <source>{where}: passed; {scales}</source>
        <translation>{where}：通过；{scales}</translation>
    </message>
    <message>
        <source>{where}: not passed; {scales}</source>
        <translation>{where}：未通过；{scales}</translation>
    </message>
</context>
<context>
    <name>CheckpointLine</name>
    <message>
        <source>UNTRAINED</source>
        <translation>未训练</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>can be used</source>
        <translation>可用</translation>
    </message>
</context>
<context>
    <name>CompareController</name>
    <message>
        <source>ROI {uid}</source>
        <translation>ROI {uid}</translation>
    </message>
    <message>
        <source>None of the ROIs that you rated is finished yet; come back later.</source>
        <translation>您评过的 ROI 尚无一个完成；请稍后再来。</translation>
    </message>
    <message>
        <source>{all:,} ROIs that you rated are finished, and you say of all what their labels say.</source>
        <translation>您评过的 ROI 中有 {all:,} 个已完成，您的评分与它们的标签全部一致。</translation>
    </message>
    <message>
        <source>{all:,} ROIs that you rated are finished; of {n:,} of them you and the label say different things. A label is what all who rated a ROI come to together: it is no right answer.</source>
        <translation>您评过的 ROI 中有 {all:,} 个已完成；其中 {n:,} 个上您与标签不同。标签是所有评分者共同得出的结果，并不是标准答案。</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>ROIs on which you and the label differ</source>
        <translation>您与标签不同的 ROI</translation>
    </message>
    <message>
        <source>ROI</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>级数</translation>
    </message>
    <message>
        <source>Differs on</source>
        <translation>不同之处</translation>
    </message>
    <message>
        <source>Your level and that of the label</source>
        <translation>您的等级与标签的等级</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>量表</translation>
    </message>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>How my ratings compare</source>
        <translation>我的评分与标签的比较</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ConfusionGrid</name>
    <message>
        <source>Own votes against the others</source>
        <translation>本人评分与他人评分对照</translation>
    </message>
    <message>
        <source>{n} ROIs: the others say {others}, they say {own}</source>
        <translation>{n} 个 ROI：他人评为{others}，本人评为{own}</translation>
    </message>
</context>
<context>
    <name>CoverageBars</name>
    <message>
        <source>ROIs by number of ratings</source>
        <translation>按评分数统计的 ROI</translation>
    </message>
    <message>
        <source>{name} ratings: {n:,} ROIs</source>
        <translation>{name} 次评分：{n:,} 个 ROI</translation>
    </message>
</context>
<context>
    <name>CoverageChart</name>
    <message>
        <source>ROIs by number of ratings</source>
        <translation>按评分数统计的 ROI</translation>
    </message>
</context>
<context>
    <name>DisputeTable</name>
    <message>
        <source>Disputed ROIs</source>
        <translation>有争议的 ROI</translation>
    </message>
</context>
<context>
    <name>DisputesTab</name>
    <message>
        <source>No ROI is chosen.</source>
        <translation>未选择 ROI。</translation>
    </message>
    <message>
        <source>Dispute again</source>
        <translation>恢复争议</translation>
    </message>
    <message>
        <source>Accept…</source>
        <translation>接受…</translation>
    </message>
    <message>
        <source>Rate this ROI; its votes come afterwards.</source>
        <translation>请先评分此 ROI，之后显示投票。</translation>
    </message>
    <message>
        <source>Choose a rating: click a dot, or press ← →.</source>
        <translation>选择一份评分：点击圆点，或按 ← →。</translation>
    </message>
    <message>
        <source>Exclude rating…</source>
        <translation>排除评分…</translation>
    </message>
    <message>
        <source>Rating of {who}</source>
        <translation>{who} 的评分</translation>
    </message>
    <message>
        <source>Rating of {who}: does not count</source>
        <translation>{who} 的评分：不计入</translation>
    </message>
    <message>
        <source>Readmit rating</source>
        <translation>重新计入评分</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Least stable</source>
        <translation>最不稳定</translation>
    </message>
    <message>
        <source>Widest spread</source>
        <translation>离散最大</translation>
    </message>
    <message>
        <source>Two camps</source>
        <translation>两派对立</translation>
    </message>
    <message>
        <source>Far from the model</source>
        <translation>与模型相差最远</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>量表</translation>
    </message>
    <message>
        <source>Worst scale</source>
        <translation>最差的量表</translation>
    </message>
    <message>
        <source>Accepted ones too</source>
        <translation>包括已接受的</translation>
    </message>
    <message>
        <source>Filter…</source>
        <translation>筛选…</translation>
    </message>
    <message>
        <source>Filter: {name}</source>
        <translation>筛选：{name}</translation>
    </message>
    <message>
        <source>Rate first</source>
        <translation>先评分</translation>
    </message>
    <message>
        <source>Blind second look: give your own rating, which counts like any other, then see the votes</source>
        <translation>盲审复看：先给出您自己的评分（与其他评分同样计入），然后才看到投票</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Say who gave each rating</source>
        <translation>显示每份评分出自何人</translation>
    </message>
    <message>
        <source>Ask for more…</source>
        <translation>请求更多…</translation>
    </message>
    <message>
        <source>Withdraw ROI…</source>
        <translation>撤回 ROI…</translation>
    </message>
    <message>
        <source>Back to marking…</source>
        <translation>退回标注…</translation>
    </message>
    <message>
        <source>Not while ROIs are rated first: it tells of the votes</source>
        <translation>先评分后看时不可用：会透露他人的评分</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>上一个</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Key {key}</source>
        <translation>按键 {key}</translation>
    </message>
</context>
<context>
    <name>DraftKeeper</name>
    <message>
        <source>Regions that are begun cannot be kept on disk ({why}): accept them before you go.</source>
        <translation>已开始的区域无法保存到磁盘（{why}）：离开前请先接受它们。</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>This did not work</source>
        <translation>操作未成功</translation>
    </message>
    <message>
        <source>Details: {path}</source>
        <translation>详情：{path}</translation>
    </message>
    <message>
        <source>Show the details</source>
        <translation>查看详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ExampleSheet</name>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Synthetic examples, made from photographs. Esc or F1 closes this sheet.</source>
        <translation>合成示例，由照片生成。按 Esc 或 F1 关闭。</translation>
    </message>
    <message>
        <source>Instructions of this project…</source>
        <translation>本项目的说明…</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Training share</source>
        <translation>训练集比例</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Copy the images as well</source>
        <translation>同时复制图像</translation>
    </message>
    <message>
        <source>Pseudonyms in place of the annotators&apos; names</source>
        <translation>以化名代替标注者姓名</translation>
    </message>
    <message>
        <source>Drawn for this export and kept nowhere; imported here again, such votes would count twice</source>
        <translation>仅为此次导出抽取，不会保存；若再导入本项目，此类评分会被重复计算</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证集</translation>
    </message>
    <message>
        <source>Folds</source>
        <translation>折数</translation>
    </message>
    <message>
        <source>All ROIs of one image, and all images of one group, go to the same split. The same seed gives the same splits.</source>
        <translation>同一图像的所有 ROI 以及同一组的所有图像都划入同一部分。相同的随机种子得到相同的划分。</translation>
    </message>
    <message>
        <source>Freeze this split: later exports keep it, new images only join</source>
        <translation>冻结此划分：以后的导出保持不变，新图像只会加入</translation>
    </message>
    <message>
        <source>Thaw the split…</source>
        <translation>解冻划分…</translation>
    </message>
    <message>
        <source>Which ROIs</source>
        <translation>哪些 ROI</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>请选择文件夹。</translation>
    </message>
    <message>
        <source>This is a file. Choose a folder.</source>
        <translation>这是一个文件。请选择文件夹。</translation>
    </message>
    <message>
        <source>This folder is not empty. Choose an empty or a new one.</source>
        <translation>此文件夹不为空。请选择空文件夹或新文件夹。</translation>
    </message>
    <message>
        <source>Training and validation are more than all images; ask for less of one.</source>
        <translation>训练和验证的比例之和超过了全部图像；请减少其中之一。</translation>
    </message>
    <message>
        <source>One fold is none; ask for two or more, or for none.</source>
        <translation>一折等于不分折；请选择两折或更多，或者不分折。</translation>
    </message>
    <message>
        <source>This folder cannot be used. Choose another one.</source>
        <translation>此文件夹无法使用。请另选一个。</translation>
    </message>
    <message>
        <source>A new folder. It appears only when the export is complete.</source>
        <translation>新文件夹。导出全部完成后才会出现。</translation>
    </message>
    <message>
        <source>There is an export in this folder. You will be asked before it is replaced.</source>
        <translation>此文件夹中已有一次导出。替换前会先询问您。</translation>
    </message>
</context>
<context>
    <name>ExportsController</name>
    <message>
        <source>The split of {images} images is frozen since {at}, by {by}: new images only join.</source>
        <translation>{images} 张图像的划分已由 {by} 于 {at} 冻结：新图像只会加入。</translation>
    </message>
    <message>
        <source>{folder} is in use. An earlier export in it will be replaced.</source>
        <translation>{folder} 已在使用。其中较早的导出将被替换。</translation>
    </message>
    <message>
        <source>Replace the export?</source>
        <translation>替换已有导出？</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>The next export draws a new split: images that trained may test, and a model that was trained on an earlier export may know them.</source>
        <translation>下一次导出将重新划分：曾用于训练的图像可能进入测试集，用先前导出训练的模型可能见过它们。</translation>
    </message>
    <message>
        <source>Thaw the split?</source>
        <translation>解冻划分？</translation>
    </message>
    <message>
        <source>Thaw it</source>
        <translation>解冻</translation>
    </message>
    <message>
        <source>SEAGULL: regions and labels as JSON</source>
        <translation>SEAGULL：区域与标签（JSON）</translation>
    </message>
    <message>
        <source>LLaVA: questions and answers for training</source>
        <translation>LLaVA：训练用的问答</translation>
    </message>
    <message>
        <source>COCO: masks that other tools read</source>
        <translation>COCO：其他工具可读的掩膜</translation>
    </message>
    <message>
        <source>CSV: every single vote</source>
        <translation>CSV：每一票</translation>
    </message>
    <message>
        <source>No ROI has a label yet, so there are none in {folder}, only {ratings} ratings: collect more, or compute labels that need fewer.</source>
        <translation>还没有任何 ROI 有标签，所以 {folder} 中没有标签，只有 {ratings} 条评定：请收集更多，或计算需要较少评定的标签。</translation>
    </message>
    <message>
        <source>{train} train, {test} test</source>
        <translation>训练 {train}，测试 {test}</translation>
    </message>
    <message>
        <source>{parts}, {val} validate</source>
        <translation>{parts}，验证 {val}</translation>
    </message>
    <message>
        <source>Exported {labelled} labelled ROIs ({parts}) and {ratings} ratings to {folder}.</source>
        <translation>已将 {labelled} 个有标签的 ROI（{parts}）和 {ratings} 条评定导出到 {folder}。</translation>
    </message>
    <message>
        <source>Some of its ratings are simulated, and the export says so.</source>
        <translation>其中部分评分为模拟，导出内容中已注明。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
</context>
<context>
    <name>FigureButton</name>
    <message>
        <source>Save figure…</source>
        <translation>保存图表…</translation>
    </message>
</context>
<context>
    <name>FilterDialog</name>
    <message>
        <source>Which ROIs?</source>
        <translation>哪些 ROI？</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>A name, to choose these fields again here, for handing out and for exports.</source>
        <translation>一个名称，以便在此处、分派时和导出时再次选用这些条件。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Show these</source>
        <translation>显示这些</translation>
    </message>
    <message>
        <source>Take these</source>
        <translation>采用这些</translation>
    </message>
</context>
<context>
    <name>FilterField</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Only ROIs of one source, with certain labels, rated by somebody …</source>
        <translation>只要某一来源、某些标签、由某人评过的 ROI……</translation>
    </message>
    <message>
        <source>All ROIs</source>
        <translation>全部 ROI</translation>
    </message>
    <message>
        <source>Choose ROIs: {which}</source>
        <translation>选择 ROI：{which}</translation>
    </message>
</context>
<context>
    <name>FilterForm</name>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>object</source>
        <translation>物体</translation>
    </message>
    <message>
        <source>component</source>
        <translation>部件</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>anybody</source>
        <translation>任何人</translation>
    </message>
    <message>
        <source>any number</source>
        <translation>任意数量</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Saved filter</source>
        <translation>已保存的筛选</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>层级</translation>
    </message>
    <message>
        <source>Rated by</source>
        <translation>评分者</translation>
    </message>
    <message>
        <source>Ratings at least</source>
        <translation>评分数至少</translation>
    </message>
    <message>
        <source>Fewer ratings than</source>
        <translation>评分数少于</translation>
    </message>
    <message>
        <source>Label of</source>
        <translation>标签的量表</translation>
    </message>
    <message>
        <source>Label is</source>
        <translation>标签为</translation>
    </message>
    <message>
        <source>Less stable than</source>
        <translation>稳定性低于</translation>
    </message>
    <message>
        <source>Away from model</source>
        <translation>与模型的距离</translation>
    </message>
    <message>
        <source>Levels away, at least</source>
        <translation>相差级数至少</translation>
    </message>
</context>
<context>
    <name>FinetuneController</name>
    <message>
        <source>computing how much memory it takes</source>
        <translation>正在计算所需内存</translation>
    </message>
    <message>
        <source>Looking at the training</source>
        <translation>查看训练</translation>
    </message>
    <message>
        <source>The split of {images} images is frozen since {at}, by {by}: new images only join.</source>
        <translation>{images} 张图像的划分已由 {by} 于 {at} 冻结：新图像只会加入。</translation>
    </message>
    <message>
        <source>{name} (UNTRAINED)</source>
        <translation>{name}（未训练）</translation>
    </message>
    <message>
        <source>Label run {run} of {when}: {labelled} labels, {policy}, at least {least} ratings</source>
        <translation>标签运行 {run}（{when}）：{labelled} 个标签，{policy}，至少 {least} 次评分</translation>
    </message>
</context>
<context>
    <name>FinetuneDialog</name>
    <message>
        <source>Finetune SEAGULL</source>
        <translation>微调 SEAGULL</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>tuned: rate and epoch chosen on held-out pictures</source>
        <translation>tuned：在留出的图片上选择学习率和轮次</translation>
    </message>
    <message>
        <source>paper: as SEAGULL&apos;s authors trained</source>
        <translation>paper：按 SEAGULL 作者的训练方式</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Begin from</source>
        <translation>起始模型</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>from training</source>
        <translation>取自训练集</translation>
    </message>
    <message>
        <source>Training share</source>
        <translation>训练集比例</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证集</translation>
    </message>
    <message>
        <source>Seed of the split</source>
        <translation>划分的随机种子</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>All ROIs of one image, and all images of one group, go to the same part. The rest tests.</source>
        <translation>同一图像的所有 ROI 以及同一组的所有图像都进入同一部分。其余用于测试。</translation>
    </message>
    <message>
        <source>Less memory, slower: compute activations twice</source>
        <translation>更省内存但更慢：激活值计算两次</translation>
    </message>
    <message>
        <source>Base in 4 bits (on an NVIDIA GPU)</source>
        <translation>以 4 位加载起始模型（NVIDIA GPU）</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>组</translation>
    </message>
    <message>
        <source>ROIs</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>Votes</source>
        <translation>票数</translation>
    </message>
    <message>
        <source>What it will be trained on</source>
        <translation>将用于训练的数据</translation>
    </message>
    <message>
        <source>Look at it first: what is told below is of other choices.</source>
        <translation>请先查看：下方内容对应的是其他选择。</translation>
    </message>
</context>
<context>
    <name>FirmChart</name>
    <message>
        <source>Stability of the labels by scale</source>
        <translation>各量表标签的稳定性</translation>
    </message>
    <message>
        <source>firm</source>
        <translation>稳固</translation>
    </message>
    <message>
        <source>may still change</source>
        <translation>仍可能改变</translation>
    </message>
    <message>
        <source>a coin&apos;s toss</source>
        <translation>如掷硬币</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
</context>
<context>
    <name>GroupsController</name>
    <message>
        <source>{changed} of {images} pictures would be in another group than now; {untouched} stay as they are.</source>
        <translation>{images} 张图像中有 {changed} 张将换组；{untouched} 张保持不变。</translation>
    </message>
    <message>
        <source>Group pictures</source>
        <translation>图像分组</translation>
    </message>
    <message>
        <source>No two pictures look nearly the same.</source>
        <translation>没有两张图像看起来几乎相同。</translation>
    </message>
    <message>
        <source>{sets} sets of pictures look nearly the same. Take those that belong together.</source>
        <translation>有 {sets} 组图像看起来几乎相同。请勾选确实属于一组的。</translation>
    </message>
    <message>
        <source>Looking for similar pictures</source>
        <translation>正在查找相似图像</translation>
    </message>
    <message>
        <source>Table of groups</source>
        <translation>分组表</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt *.xlsx)</source>
        <translation>表格 (*.csv *.tsv *.txt *.xlsx)</translation>
    </message>
    <message>
        <source>{changed} pictures are in another group than before.</source>
        <translation>{changed} 张图像已换组。</translation>
    </message>
</context>
<context>
    <name>GroupsDialog</name>
    <message>
        <source>Group pictures</source>
        <translation>图像分组</translation>
    </message>
    <message>
        <source>Pictures of one group, such as copies of one photograph or views of one scene, are never on both sides of a split.</source>
        <translation>同一组的图像（例如同一照片的副本或同一场景的不同视角）绝不会分到划分的两侧。</translation>
    </message>
    <message>
        <source>By file name</source>
        <translation>按文件名</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>What the first * stands for is the group. With brackets it is a regular expression, and the first bracket is the group.</source>
        <translation>第一个 * 所代表的内容即为组名。带括号时视为正则表达式，第一个括号即为组名。</translation>
    </message>
    <message>
        <source>Bits of 64 in which the hashes of two similar pictures may differ</source>
        <translation>两张相似图像的 64 位哈希允许相差的位数</translation>
    </message>
    <message>
        <source>By likeness, within</source>
        <translation>按相似度，相差不超过</translation>
    </message>
    <message>
        <source>Find similar pictures</source>
        <translation>查找相似图像</translation>
    </message>
    <message>
        <source>From a table…</source>
        <translation>从表格…</translation>
    </message>
    <message>
        <source>No groups</source>
        <translation>取消分组</translation>
    </message>
    <message>
        <source>{grouped} of {images} pictures are in {groups} groups.</source>
        <translation>{images} 张图像中有 {grouped} 张属于 {groups} 个组。</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Among them</source>
        <translation>其中</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Similar pictures</source>
        <translation>相似图像</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
</context>
<context>
    <name>ImportReportDialog</name>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>{count} complaints. Correct the file and import it again; nothing was changed.</source>
        <translation>{count} 处问题。请改正文件后重新导入；未作任何更改。</translation>
    </message>
    <message>
        <source>{count} complaints. The lines named here would be left out.</source>
        <translation>{count} 处问题。这里列出的行将被略过。</translation>
    </message>
    <message>
        <source>Only the first {count} are shown.</source>
        <translation>仅显示前 {count} 条。</translation>
    </message>
    <message>
        <source>Nothing is wrong with this file.</source>
        <translation>此文件没有问题。</translation>
    </message>
    <message>
        <source>Are names that are nearly the same one person, or different people?</source>
        <translation>几乎相同的名字是同一个人，还是不同的人？</translation>
    </message>
    <message>
        <source>One person</source>
        <translation>同一个人</translation>
    </message>
    <message>
        <source>Different people</source>
        <translation>不同的人</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>There is nothing to import: the file is empty, or all of it is in the project already.</source>
        <translation>没有可导入的内容：文件为空，或其全部内容已在项目中。</translation>
    </message>
    <message>
        <source>There is nothing to import: all of it is in the project already.</source>
        <translation>没有可导入的内容：全部内容已在项目中。</translation>
    </message>
    <message>
        <source>There is nothing to import: the file has no entries.</source>
        <translation>没有可导入的内容：文件中没有条目。</translation>
    </message>
</context>
<context>
    <name>ImportsController</name>
    <message>
        <source>Import the pictures of a folder</source>
        <translation>导入文件夹中的图像</translation>
    </message>
    <message>
        <source>Import ROIs</source>
        <translation>导入 ROI</translation>
    </message>
    <message>
        <source>Import ratings</source>
        <translation>导入评分</translation>
    </message>
    <message>
        <source>Importing pictures</source>
        <translation>正在导入图像</translation>
    </message>
    <message>
        <source>Reading {file}</source>
        <translation>正在读取 {file}</translation>
    </message>
    <message>
        <source>Import pictures</source>
        <translation>导入图像</translation>
    </message>
    <message>
        <source>Importing {file}</source>
        <translation>正在导入 {file}</translation>
    </message>
</context>
<context>
    <name>Inset</name>
    <message>
        <source>Overview of the picture</source>
        <translation>图像概览</translation>
    </message>
    <message>
        <source>The whole picture. Click or drag to move what is in view.</source>
        <translation>整幅图像。点击或拖动以移动视野。</translation>
    </message>
    <message>
        <source>Show the overview</source>
        <translation>显示概览</translation>
    </message>
    <message>
        <source>Fold the overview</source>
        <translation>收起概览</translation>
    </message>
</context>
<context>
    <name>InstructionsDialog</name>
    <message>
        <source>Instructions of this project</source>
        <translation>本项目的说明</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>InstructionsEditor</name>
    <message>
        <source>Instructions, in Markdown</source>
        <translation>说明（Markdown）</translation>
    </message>
    <message>
        <source>Markdown: # heading, **bold**, - list. Empty: annotators see none.</source>
        <translation>Markdown：# 标题、**粗体**、- 列表。留空则评分员看不到说明。</translation>
    </message>
    <message>
        <source>What annotators see</source>
        <translation>评分员看到的页面</translation>
    </message>
    <message>
        <source>Insert picture…</source>
        <translation>插入图片…</translation>
    </message>
    <message>
        <source>Annotators see this page before their first ROI, and find it again under F1 and Keys.</source>
        <translation>评分员在第一个 ROI 之前看到此页，之后可在 F1 和“按键”中再次找到。</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff)</source>
        <translation>图片 (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff)</translation>
    </message>
    <message>
        <source>Insert a picture</source>
        <translation>插入图片</translation>
    </message>
</context>
<context>
    <name>JobLine</name>
    <message>
        <source>Show the log</source>
        <translation>查看日志</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>{count} s left</source>
        <translation>剩余 {count} 秒</translation>
    </message>
    <message>
        <source>{count} min left</source>
        <translation>剩余 {count} 分钟</translation>
    </message>
    <message>
        <source>{count} h left</source>
        <translation>剩余 {count} 小时</translation>
    </message>
</context>
<context>
    <name>JobsCard</name>
    <message>
        <source>Prepare all pictures for clicks (SAM)…</source>
        <translation>为点击准备所有图像 (SAM)…</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Computes what SAM needs of every picture beforehand and keeps it in the project.
Afterwards a click gives its mask at once, also on a machine without a GPU.</source>
        <translation>预先计算 SAM 所需的每张图像的数据并保存在项目中。
此后点击即可立刻得到掩膜，没有 GPU 的机器上也是如此。</translation>
    </message>
    <message>
        <source>No job yet. A job is a process of its own: predicting, fitting, preparing pictures, finetuning. It goes on when this window closes, and shows up here again.</source>
        <translation>尚无任务。任务是独立的进程：预测、拟合、准备图片、微调。窗口关闭后它继续运行，并会再次显示在这里。</translation>
    </message>
    <message>
        <source>Show older jobs ({count})</source>
        <translation>显示较早的任务（{count}）</translation>
    </message>
</context>
<context>
    <name>JobsController</name>
    <message>
        <source>A job fits the baseline already; wait until it has ended, or cancel it under Jobs.</source>
        <translation>已有任务在拟合基线；请等它结束，或在“任务”中取消它。</translation>
    </message>
    <message>
        <source>A job predicts with this model already; wait until it has ended, or cancel it under Jobs.</source>
        <translation>已有任务在用此模型预测；请等它结束，或在“任务”中取消它。</translation>
    </message>
    <message>
        <source>Prepare pictures for clicks</source>
        <translation>为点击准备图像</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Fit the baseline</source>
        <translation>拟合基线</translation>
    </message>
    <message>
        <source>Finetune</source>
        <translation>微调</translation>
    </message>
</context>
<context>
    <name>LabelCard</name>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Ratings needed</source>
        <translation>所需评分数</translation>
    </message>
    <message>
        <source>Aggregate</source>
        <translation>汇总</translation>
    </message>
    <message>
        <source>Label runs…</source>
        <translation>标签运行…</translation>
    </message>
    <message>
        <source>Distortion</source>
        <translation>失真</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>存在</translation>
    </message>
    <message>
        <source>Ties</source>
        <translation>平票</translation>
    </message>
    <message>
        <source>Thin severities</source>
        <translation>票数不足的严重度</translation>
    </message>
    <message>
        <source>Tie: exactly half of the votes say non-existent; it counts as present. Thin: the severity rests on fewer than three votes, which takes a ROI of four ratings or fewer.</source>
        <translation>平票：恰有一半的票认为无，按存在计。票数不足：严重度所依据的票少于三张，只在 ROI 的评分不多于四份时出现。</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>No label run yet.</source>
        <translation>尚未计算标签。</translation>
    </message>
    <message>
        <source>{labelled} labelled, {insufficient} insufficient (policy {policy}, at least {n}; {when}).</source>
        <translation>{labelled} 个已有标签，{insufficient} 个评分不足（策略 {policy}，至少 {n} 份评分；{when}）。</translation>
    </message>
</context>
<context>
    <name>LabelRunsController</name>
    <message>
        <source>Comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>Run {run} of {when} goes for good; ratings stay as they are.</source>
        <translation>{when} 的第 {run} 次运行将被永久删除；评分保持不变。</translation>
    </message>
    <message>
        <source>It is named by: {names}</source>
        <translation>引用它的有：{names}</translation>
    </message>
    <message>
        <source>Delete the label run?</source>
        <translation>删除此标签运行？</translation>
    </message>
    <message>
        <source>Delete it</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>export {name}</source>
        <translation>导出 {name}</translation>
    </message>
    <message>
        <source>model {name}</source>
        <translation>模型 {name}</translation>
    </message>
    <message>
        <source>From run {first} to {second}: {changed} ROIs with another status or level, {numbers} with other numbers only, {same} the same.</source>
        <translation>从第 {first} 次到第 {second} 次运行：{changed} 个 ROI 的状态或等级有变化，{numbers} 个仅数值有变化，{same} 个完全相同。</translation>
    </message>
    <message>
        <source>Label runs compared</source>
        <translation>标签运行的比较</translation>
    </message>
    <message>
        <source>not in the run</source>
        <translation>不在此次运行中</translation>
    </message>
    <message>
        <source>labelled</source>
        <translation>已得标签</translation>
    </message>
    <message>
        <source>insufficient</source>
        <translation>评分不足</translation>
    </message>
    <message>
        <source>new ratings</source>
        <translation>新的评分</translation>
    </message>
    <message>
        <source>corrections</source>
        <translation>更正</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>readmitted</source>
        <translation>已恢复计入</translation>
    </message>
    <message>
        <source>another policy</source>
        <translation>策略不同</translation>
    </message>
    <message>
        <source>ROI withdrawn</source>
        <translation>ROI 已撤回</translation>
    </message>
    <message>
        <source>ROI restored</source>
        <translation>ROI 已恢复</translation>
    </message>
    <message>
        <source>new ROI</source>
        <translation>新的 ROI</translation>
    </message>
    <message>
        <source>something else</source>
        <translation>其他原因</translation>
    </message>
</context>
<context>
    <name>LabelRunsDialog</name>
    <message>
        <source>Label runs</source>
        <translation>标签运行</translation>
    </message>
    <message>
        <source>No label run yet. Aggregate computes labels and keeps them as a run.</source>
        <translation>尚无标签运行。“汇总”会计算标签，并保存为一次运行。</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Labelled</source>
        <translation>已得标签</translation>
    </message>
    <message>
        <source>Insufficient</source>
        <translation>评分不足</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>{policy}, at least {n}</source>
        <translation>{policy}，至少 {n} 份评分</translation>
    </message>
    <message>
        <source>Named by: {names}</source>
        <translation>引用者：{names}</translation>
    </message>
    <message>
        <source>Choose two runs to compare them (Ctrl+click), or one to delete it.</source>
        <translation>选择两次运行可作比较（Ctrl+单击），选择一次可将其删除。</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Ratings that could not be saved and will be lost: {count}.</source>
        <translation>无法保存且将丢失的评分：{count} 份。</translation>
    </message>
    <message>
        <source>Ratings not saved</source>
        <translation>评分未保存</translation>
    </message>
    <message>
        <source>Leave without them</source>
        <translation>放弃并离开</translation>
    </message>
    <message>
        <source>Ratings kept on this computer, not in the database yet: {count}. They are sent when this project is opened here again and its database can be reached.</source>
        <translation>保存在本机、尚未写入数据库的评分：{count}。当在本机再次打开此项目且数据库可连接时，这些评分将被发送。</translation>
    </message>
    <message>
        <source>Ratings not in the database yet</source>
        <translation>尚未写入数据库的评分</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>Regions not accepted</source>
        <translation>区域尚未接受</translation>
    </message>
    <message>
        <source>Regions were begun and not accepted on {pictures}. They are kept on this computer, and are there again when you next mark here.</source>
        <translation>{pictures} 上有已开始但尚未接受的区域。它们保存在这台计算机上，下次在这里标记时会再次出现。</translation>
    </message>
</context>
<context>
    <name>LineChart</name>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
</context>
<context>
    <name>MakingController</name>
    <message>
        <source>Making the project</source>
        <translation>正在建立项目</translation>
    </message>
    <message>
        <source>Making the sample project</source>
        <translation>正在建立示例项目</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
</context>
<context>
    <name>MarkingBinding</name>
    <message>
        <source>No pictures yet: import a folder of them in Project mode.</source>
        <translation>还没有图像：请在“项目”模式中导入图像文件夹。</translation>
    </message>
    <message>
        <source>Looking for the object…</source>
        <translation>正在寻找对象…</translation>
    </message>
    <message>
        <source>Preparing the picture for clicks…</source>
        <translation>正在为点击准备图像…</translation>
    </message>
    <message>
        <source>ROI {roi} is saved ({area} px); it joins the queue.</source>
        <translation>ROI {roi} 已保存（{area} 像素），并加入队列。</translation>
    </message>
</context>
<context>
    <name>MarkingChoices</name>
    <message>
        <source>Object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>The next ROI is a whole object</source>
        <translation>下一个 ROI 是整个对象</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>部件</translation>
    </message>
    <message>
        <source>The next ROI is a part of an object</source>
        <translation>下一个 ROI 是对象的一部分</translation>
    </message>
    <message>
        <source>Level of the next ROI</source>
        <translation>下一个 ROI 的层级</translation>
    </message>
    <message>
        <source>Segmenter</source>
        <translation>分割器</translation>
    </message>
    <message>
        <source>Next ROI</source>
        <translation>下一个 ROI</translation>
    </message>
    <message>
        <source>Segmenter: {name}</source>
        <translation>分割器：{name}</translation>
    </message>
</context>
<context>
    <name>MarkingController</name>
    <message>
        <source>There is no mask yet: click an object, draw a box, or paint.</source>
        <translation>还没有掩膜：请点击对象、画框或涂抹。</translation>
    </message>
    <message>
        <source>withdrawn while marking</source>
        <translation>标记时撤回</translation>
    </message>
    <message>
        <source>Its ROIs are no longer handed out, labelled or exported, and their ratings do not count. Nothing is deleted: it can be brought back on the Project page.</source>
        <translation>其中的 ROI 不再分发、标注或导出，其评分也不再计入。不会删除任何内容：可在“项目”页面将其恢复。</translation>
    </message>
    <message>
        <source>Withdraw {picture}?</source>
        <translation>撤回 {picture}？</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>undone while marking</source>
        <translation>标记时撤销</translation>
    </message>
</context>
<context>
    <name>MergeDialog</name>
    <message>
        <source>Who is {name} too?</source>
        <translation>{name} 还用过哪个名字？</translation>
    </message>
    <message>
        <source>What was rated under the other name becomes {name}&apos;s. Where both have rated a ROI the newest vote counts, and labels see one rater. Undo merge takes it back.</source>
        <translation>以另一个名字给出的评分归 {name} 所有。两者都评过的区域以最新的评分为准，标签只算一位评分者。“撤销合并”可以撤回。</translation>
    </message>
    <message>
        <source>The other name</source>
        <translation>另一个名字</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
</context>
<context>
    <name>MessageDialog</name>
    <message>
        <source>A message from {name}</source>
        <translation>{name} 的消息</translation>
    </message>
    <message>
        <source>Show it again next time</source>
        <translation>下次再显示</translation>
    </message>
    <message>
        <source>I have read it</source>
        <translation>我已阅读</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>No program here opens {place}; look there yourself.</source>
        <translation>本机没有程序能打开 {place}；请自行查看。</translation>
    </message>
</context>
<context>
    <name>ModeRail</name>
    <message>
        <source>simulated</source>
        <translation>模拟</translation>
    </message>
    <message>
        <source>The annotators of this project and their ratings are simulated.</source>
        <translation>此项目的评分员及其评分均为模拟。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings (Ctrl+,)</source>
        <translation>设置（Ctrl+,）</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>All keys (Ctrl+/)</source>
        <translation>全部按键（Ctrl+/）</translation>
    </message>
</context>
<context>
    <name>ModelCards</name>
    <message>
        <source>It does not say what it was trained on.</source>
        <translation>未说明训练数据。</translation>
    </message>
    <message>
        <source>Classical measures, fitted to {rois} labelled ROIs on {images} pictures of {project} (labels: {policy}).</source>
        <translation>经典度量，在 {project} 的 {images} 张图片上的 {rois} 个已标注 ROI 上拟合（标签策略：{policy}）。</translation>
    </message>
    <message>
        <source>It tells no scale: on pictures it had not seen it was on none surely better than chance, so it suggests nothing. More ratings may change that.</source>
        <translation>它不预测任何量表：在未见过的图片上，没有一个量表明显优于随机，因此不给出建议。更多评分可能会改变这一点。</translation>
    </message>
    <message>
        <source>Finetuned on {answers} answers; labels: {policy}; preset: {preset}.</source>
        <translation>用 {answers} 个回答微调；标签：{policy}；预设：{preset}。</translation>
    </message>
    <message>
        <source>It began from random weights (UNTRAINED): for trying things out only.</source>
        <translation>它从随机权重（未训练）开始：仅供试用。</translation>
    </message>
    <message>
        <source>Some of the ratings behind its labels are SIMULATED.</source>
        <translation>其标签所依据的部分评分是模拟的。</translation>
    </message>
    <message>
        <source>not told ({sure} sure)</source>
        <translation>不预测（把握 {sure}）</translation>
    </message>
    <message>
        <source>SROCC, {scale} (pictures not seen)</source>
        <translation>SROCC，{scale}（未见过的图片）</translation>
    </message>
    <message>
        <source>SROCC, {scale} (pictures not seen; how sure)</source>
        <translation>SROCC，{scale}（未见过的图片；把握程度）</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>检查点</translation>
    </message>
</context>
<context>
    <name>ModelLine</name>
    <message>
        <source>UNTRAINED</source>
        <translation>未训练</translation>
    </message>
    <message>
        <source>used for pre-fill</source>
        <translation>已用于预填</translation>
    </message>
    <message>
        <source>Predict what is missing</source>
        <translation>预测缺少的部分</translation>
    </message>
    <message>
        <source>Use for pre-fill</source>
        <translation>用于预填</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基线</translation>
    </message>
    <message>
        <source>plugin</source>
        <translation>插件</translation>
    </message>
    <message>
        <source>Predictions for {done} of {total} ROIs</source>
        <translation>{total} 个 ROI 中已预测 {done} 个</translation>
    </message>
    <message>
        <source>Predicting…</source>
        <translation>正在预测…</translation>
    </message>
    <message>
        <source>Every ROI has its prediction.</source>
        <translation>每个 ROI 都已有预测。</translation>
    </message>
    <message>
        <source>Its weights are random. What it says of a ROI means nothing; it is for trying things out only.</source>
        <translation>其权重是随机的。它对 ROI 的判断没有意义，仅供试用。</translation>
    </message>
</context>
<context>
    <name>ModelsCard</name>
    <message>
        <source>Add a checkpoint…</source>
        <translation>添加检查点…</translation>
    </message>
    <message>
        <source>Models of this project</source>
        <translation>此项目的模型</translation>
    </message>
    <message>
        <source>Choose a folder with a checkpoint; a job checks it and predicts with it.</source>
        <translation>选择包含检查点的文件夹；任务会检查它并用它预测。</translation>
    </message>
    <message>
        <source>Finetune…</source>
        <translation>微调…</translation>
    </message>
    <message>
        <source>Train SEAGULL on the labels of this project; it is looked at first, and then a job.</source>
        <translation>用本项目的标签训练 SEAGULL；先查看，然后作为任务运行。</translation>
    </message>
    <message>
        <source>Fit the baseline</source>
        <translation>拟合基线</translation>
    </message>
    <message>
        <source>No model yet. Fit the baseline, or add a checkpoint.</source>
        <translation>还没有模型。请拟合基线，或添加检查点。</translation>
    </message>
    <message>
        <source>The baseline measures sharpness, noise, exposure, contrast, colour and blocking of each ROI and learns from this project&apos;s own labels, in seconds. It needs no download and no GPU.</source>
        <translation>基线测量每个 ROI 的清晰度、噪声、曝光、对比度、色彩和块效应，并在数秒内从此项目自己的标签中学习。无需下载，也无需 GPU。</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>基线</translation>
    </message>
</context>
<context>
    <name>ModelsController</name>
    <message>
        <source>Choose a SEAGULL checkpoint folder</source>
        <translation>选择 SEAGULL 检查点文件夹</translation>
    </message>
    <message>
        <source>The model is chosen. Nobody sees its suggestions before you turn them on under Pre-fill.</source>
        <translation>已选定模型。在“预填”中启用之前，没有人会看到它的建议。</translation>
    </message>
    <message>
        <source>Pre-fill</source>
        <translation>预填</translation>
    </message>
    <message>
        <source>{rois} ROIs on {pictures} pictures have a label of unassisted votes; {needed} on {needed_pictures} are needed.</source>
        <translation>{pictures} 张图片上的 {rois} 个 ROI 有无辅助评分得出的标签；需要 {needed_pictures} 张图片上的 {needed} 个。</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models and jobs</source>
        <translation>模型与任务</translation>
    </message>
</context>
<context>
    <name>MoreDialog</name>
    <message>
        <source>Ask for more ratings?</source>
        <translation>请求更多评分？</translation>
    </message>
    <message>
        <source>Annotators who have not rated this ROI find it in their queue.</source>
        <translation>尚未评分此 ROI 的评分员会在队列中看到它。</translation>
    </message>
    <message>
        <source>Ratings more</source>
        <translation>增加评分数</translation>
    </message>
    <message>
        <source>Of whom</source>
        <translation>由谁评分</translation>
    </message>
    <message>
        <source>Nobody ticked: of anybody. Who has rated this ROI is passed over, and what those ticked cannot give is open to everybody.</source>
        <translation>不勾选则由任何人评分。已评过此 ROI 的人会被跳过；所勾选的人无法完成的部分向所有人开放。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>请求</translation>
    </message>
</context>
<context>
    <name>MoreRatersController</name>
    <message>
        <source>The ratings are still being read; try again in a moment.</source>
        <translation>评分仍在读取中，请稍后再试。</translation>
    </message>
    <message>
        <source>More raters where they matter</source>
        <translation>在关键处增加评分员</translation>
    </message>
    <message>
        <source>Asks for one rating more of each ROI whose least stable label is below this. When those are given, ask again: what has become stable is left out then.</source>
        <translation>对最不稳定的标签低于此值的每个 ROI 再请求一份评分。给出之后可再次请求：届时已稳定的不再列入。</translation>
    </message>
    <message>
        <source>Stability to reach, in percent</source>
        <translation>要达到的稳定性（百分比）</translation>
    </message>
    <message>
        <source>Ratings of a ROI at most</source>
        <translation>每个 ROI 最多的评分数</translation>
    </message>
    <message>
        <source>What does it cost?</source>
        <translation>需要多少成本？</translation>
    </message>
    <message>
        <source>There is no ROI to ask for.</source>
        <translation>没有需要请求的 ROI。</translation>
    </message>
    <message>
        <source>Ask for {n:,} ratings</source>
        <translation>请求 {n:,} 份评分</translation>
    </message>
    <message>
        <source>{n:,} are left out: they were withdrawn.</source>
        <translation>略去 {n:,} 个：它们已被撤回。</translation>
    </message>
    <message>
        <source>{n:,} ratings were asked for; the project had changed since the figures were computed.</source>
        <translation>已请求 {n:,} 份评分；自计算这些数字以来，项目已有变化。</translation>
    </message>
    <message>
        <source>{n:,} ratings now, about {hours:.1f} hours of work; until every ROI has reached its most, {most:,} ratings and {most_hours:.1f} hours.</source>
        <translation>现在 {n:,} 份评分，约 {hours:.1f} 小时工作；若每个 ROI 都达到上限，则为 {most:,} 份评分、{most_hours:.1f} 小时。</translation>
    </message>
    <message>
        <source>{n:,} ratings now; until every ROI has reached its most, {most:,} ratings.</source>
        <translation>现在 {n:,} 份评分；若每个 ROI 都达到上限，则为 {most:,} 份。</translation>
    </message>
    <message>
        <source>{n:,} are left out: they are in the test part of the last export.</source>
        <translation>略去 {n:,} 个：它们属于上次导出的测试部分。</translation>
    </message>
    <message>
        <source>{n:,} are left out: ratings of them are still to come.</source>
        <translation>略去 {n:,} 个：其评分尚未到齐。</translation>
    </message>
    <message>
        <source>{n:,} are left out: a lead has accepted them.</source>
        <translation>略去 {n:,} 个：已由负责人接受。</translation>
    </message>
</context>
<context>
    <name>NewProjectDialog</name>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Such as: KonIQ regions</source>
        <translation>例如：KonIQ 区域</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>项目文件夹</translation>
    </message>
    <message>
        <source>Images folder</source>
        <translation>图像文件夹</translation>
    </message>
    <message>
        <source>The data set the images come from; training and test splits keep its share.</source>
        <translation>图像所属的数据集；训练与测试划分会保持其比例。</translation>
    </message>
    <message>
        <source>Source (may stay empty)</source>
        <translation>来源（可留空）</translation>
    </message>
    <message>
        <source>Each ROI is handed to this many annotators. SEAGULL-3k has at least 7.</source>
        <translation>每个 ROI 分配给这么多位评分员。SEAGULL-3k 至少为 7 位。</translation>
    </message>
    <message>
        <source>Raters wanted per ROI</source>
        <translation>每个 ROI 的评分人数</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Make the project</source>
        <translation>建立项目</translation>
    </message>
    <message>
        <source>Choose a folder for the project.</source>
        <translation>请为项目选择文件夹。</translation>
    </message>
    <message>
        <source>This is a file. Choose a folder.</source>
        <translation>这是一个文件。请选择文件夹。</translation>
    </message>
    <message>
        <source>There is a project in this folder already. Choose another one.</source>
        <translation>此文件夹中已有项目。请另选一个。</translation>
    </message>
    <message>
        <source>This folder is not empty. Choose an empty or a new one.</source>
        <translation>此文件夹不为空。请选择空文件夹或新文件夹。</translation>
    </message>
    <message>
        <source>There is no such folder.</source>
        <translation>没有这个文件夹。</translation>
    </message>
    <message>
        <source>This folder cannot be used. Choose another one.</source>
        <translation>此文件夹无法使用。请另选一个。</translation>
    </message>
    <message>
        <source>Give the project a name.</source>
        <translation>请为项目命名。</translation>
    </message>
    <message>
        <source>Database, caches and backups go there.</source>
        <translation>数据库、缓存和备份存放于此。</translation>
    </message>
    <message>
        <source>May stay empty; images can be imported later.</source>
        <translation>可留空，稍后再导入图像。</translation>
    </message>
</context>
<context>
    <name>NumbersDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>OverviewTab</name>
    <message>
        <source>More raters where they matter…</source>
        <translation>在关键处增加评分员…</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致性</translation>
    </message>
    <message>
        <source>Dots are Krippendorff&apos;s alpha, bars its 95 % interval; a click shows the ROIs.</source>
        <translation>圆点为克里彭多夫 α，横条为其 95 % 区间；点击可查看相应的 ROI。</translation>
    </message>
    <message>
        <source>Stability</source>
        <translation>稳定性</translation>
    </message>
    <message>
        <source>ROIs by number of ratings</source>
        <translation>按评分数统计的 ROI</translation>
    </message>
    <message>
        <source>Attainable correlation</source>
        <translation>可达到的相关系数</translation>
    </message>
    <message>
        <source>More than this no model can reach against labels of these raters.</source>
        <translation>以这些评分员的标签为准，任何模型都无法超过此值。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>My ratings</source>
        <translation>我的评分</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
</context>
<context>
    <name>PassphraseDialog</name>
    <message>
        <source>The lead&apos;s passphrase</source>
        <translation>负责人口令</translation>
    </message>
    <message>
        <source>{name} is a lead of this project, and its lead role has a passphrase.</source>
        <translation>{name} 是此项目的负责人，负责人角色设有口令。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Forgotten? Whoever owns the database takes it away with:
seagull-studio passphrase PROJECT --forgotten</source>
        <translation>忘记了？数据库的所有者可用此命令取消口令：
seagull-studio passphrase PROJECT --forgotten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Kept in the keyring of this machine; where it has none, until the project is closed.</source>
        <translation>保存在本机的密钥环中；没有密钥环时，只保留到项目关闭。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>PauseLine</name>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>{minutes} minutes of rating: time for a short pause.</source>
        <translation>已评分 {minutes} 分钟：休息一下吧。</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>What {name} rated does not count from now on, and others take the places. Nothing is deleted: Readmit takes it back.</source>
        <translation>从现在起 {name} 的评分不再计入，名额由他人填补。不会删除任何内容：“重新计入”可以撤回。</translation>
    </message>
    <message>
        <source>Exclude {name}?</source>
        <translation>排除 {name}？</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Readmit {name}?</source>
        <translation>重新计入 {name}？</translation>
    </message>
    <message>
        <source>What {name} rated counts again.</source>
        <translation>{name} 的评分将重新计入。</translation>
    </message>
    <message>
        <source>Readmit</source>
        <translation>重新计入</translation>
    </message>
    <message>
        <source>Merging {other} with {name}</source>
        <translation>正在把 {other} 合并到 {name}</translation>
    </message>
</context>
<context>
    <name>PersonPanel</name>
    <message>
        <source>Choose somebody in the table.</source>
        <translation>请在表中选择一人。</translation>
    </message>
    <message>
        <source>Bias</source>
        <translation>偏差</translation>
    </message>
    <message>
        <source>Inconsistency</source>
        <translation>不一致性</translation>
    </message>
    <message>
        <source>Bias, in levels</source>
        <translation>偏差（等级）</translation>
    </message>
    <message>
        <source>Inconsistency, in levels</source>
        <translation>不一致性（等级）</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>量表</translation>
    </message>
    <message>
        <source>On the scale</source>
        <translation>量表</translation>
    </message>
    <message>
        <source>Residuals in the order of their ratings, in levels</source>
        <translation>按评分顺序的残差（等级）</translation>
    </message>
    <message>
        <source>Their votes (columns) against what the others say (rows)</source>
        <translation>本人评分（列）与他人评分（行）对照</translation>
    </message>
    <message>
        <source>Most deviant ratings</source>
        <translation>偏离最大的评分</translation>
    </message>
    <message>
        <source>Most deviant ROIs</source>
        <translation>偏离最大的 ROI</translation>
    </message>
    <message>
        <source>Vote</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Residual</source>
        <translation>残差</translation>
    </message>
    <message>
        <source>Test, gold and repeats</source>
        <translation>测试、已知答案项与重复</translation>
    </message>
    <message>
        <source>Let through…</source>
        <translation>放行…</translation>
    </message>
    <message>
        <source>Let them rate although they have not passed the test</source>
        <translation>虽未通过测试，仍允许其评分</translation>
    </message>
    <message>
        <source>Ask for repeats…</source>
        <translation>要求重复…</translation>
    </message>
    <message>
        <source>Show them some of their ROIs again, to see how alike they rate</source>
        <translation>再次显示其部分 ROI，以了解其评分是否一致</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>annotator</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>lead</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Exclude…</source>
        <translation>排除…</translation>
    </message>
    <message>
        <source>Readmit…</source>
        <translation>重新计入…</translation>
    </message>
    <message>
        <source>Message…</source>
        <translation>消息…</translation>
    </message>
    <message>
        <source>Shown when they next sit down</source>
        <translation>对方下次登录时显示</translation>
    </message>
</context>
<context>
    <name>PictureList</name>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Find a picture</source>
        <translation>查找图像</translation>
    </message>
    <message>
        <source>Pictures of the project</source>
        <translation>项目中的图像</translation>
    </message>
    <message>
        <source>Withdraw this picture…</source>
        <translation>撤回此图像…</translation>
    </message>
    <message>
        <source>No picture is called that.</source>
        <translation>没有这个名称的图像。</translation>
    </message>
    <message>
        <source>No pictures yet. Import a folder of them in Project mode.</source>
        <translation>还没有图像。请在“项目”中导入图像文件夹。</translation>
    </message>
    <message>
        <source>Pictures ({count})</source>
        <translation>图像（{count}）</translation>
    </message>
</context>
<context>
    <name>PicturesController</name>
    <message>
        <source>Name the folder that pictures moved to</source>
        <translation>选择图像移到的文件夹</translation>
    </message>
    <message>
        <source>Looking for pictures</source>
        <translation>正在查找图像</translation>
    </message>
    <message>
        <source>Pictures found: {found}; still missing: {missing}.</source>
        <translation>找到的图像：{found}；仍然缺失：{missing}。</translation>
    </message>
    <message>
        <source>{picture} is still missing.</source>
        <translation>{picture} 仍然缺失。</translation>
    </message>
    <message>
        <source>Pictures that moved</source>
        <translation>移动过的图像</translation>
    </message>
</context>
<context>
    <name>PrefillCard</name>
    <message>
        <source>Pre-fill</source>
        <translation>预填</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Control share</source>
        <translation>对照份额</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>The control share of each annotator&apos;s ROIs stays without a suggestion. They are drawn by a fixed seed. The bias report compares with them.</source>
        <translation>每位评分员的 ROI 中，对照份额不显示建议，由固定种子抽取。偏差报告以其作比较。</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Choose a model first.</source>
        <translation>请先选择模型。</translation>
    </message>
    <message>
        <source>With a control share of 0 % the weight of the suggestions cannot be measured.</source>
        <translation>对照比例为 0 % 时，无法测量建议的权重。</translation>
    </message>
    <message>
        <source>With a control share of 100 % nobody sees a suggestion.</source>
        <translation>对照份额为 100 % 时，没有人会看到建议。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Nobody sees what a model says. All ratings are the annotators&apos; own.</source>
        <translation>没有人看到模型的判断。所有评分均为评分员自己的。</translation>
    </message>
    <message>
        <source>Every row starts with the model&apos;s suggestion, to be confirmed or changed. It is faster, but people drift towards what they are shown.</source>
        <translation>每一行都以模型的建议开始，由评分员确认或更改。速度更快，但人会偏向所显示的内容。</translation>
    </message>
    <message>
        <source>Reveal after submitting</source>
        <translation>提交后显示</translation>
    </message>
    <message>
        <source>People rate on their own and see the model&apos;s answer only when their rating is saved. The rating stays their own, but over time they may learn to rate like the model.</source>
        <translation>评分员独立评分，评分保存后才看到模型的答案。评分仍为自己的，但久而久之可能会学着像模型那样评分。</translation>
    </message>
</context>
<context>
    <name>ProgressDialog</name>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>{count} s left</source>
        <translation>剩余 {count} 秒</translation>
    </message>
    <message>
        <source>{count} min left</source>
        <translation>剩余 {count} 分钟</translation>
    </message>
    <message>
        <source>{count} h left</source>
        <translation>剩余 {count} 小时</translation>
    </message>
</context>
<context>
    <name>ProjectController</name>
    <message>
        <source>As in the paper</source>
        <translation>按论文</translation>
    </message>
    <message>
        <source>A severity is the mean of the votes that saw the distortion.</source>
        <translation>严重度取认为有失真的各票的平均值。</translation>
    </message>
    <message>
        <source>With the non-existent votes</source>
        <translation>计入“无”的票</translation>
    </message>
    <message>
        <source>Votes that saw no distortion enter a severity&apos;s mean as 5.</source>
        <translation>认为无失真的票以 5 计入严重度的平均值。</translation>
    </message>
    <message>
        <source>As in the paper, without assisted votes</source>
        <translation>与论文相同，不含受提示的投票</translation>
    </message>
    <message>
        <source>Votes given with a model&apos;s suggestion in view do not count.</source>
        <translation>看到模型建议后给出的投票不计入。</translation>
    </message>
    <message>
        <source>With the non-existent votes, without assisted votes</source>
        <translation>计入“不存在”的投票，不含受提示的投票</translation>
    </message>
    <message>
        <source>Non-existent votes count as 5; votes with a suggestion in view do not count.</source>
        <translation>“不存在”按 5 计；看到建议后给出的投票不计入。</translation>
    </message>
    <message>
        <source>Computing labels</source>
        <translation>正在计算标签</translation>
    </message>
</context>
<context>
    <name>ProjectPage</name>
    <message>
        <source>{count} without ROI</source>
        <translation>{count} 幅没有 ROI</translation>
    </message>
    <message>
        <source>{count} ratings wanted each</source>
        <translation>每个需 {count} 份评分</translation>
    </message>
    <message>
        <source>{full} of {total} ROIs have {wanted} or more ratings.</source>
        <translation>{total} 个 ROI 中有 {full} 个已有 {wanted} 份或更多评分。</translation>
    </message>
    <message>
        <source>simulated</source>
        <translation>模拟</translation>
    </message>
    <message>
        <source>Pictures moved…</source>
        <translation>图像已移动…</translation>
    </message>
    <message>
        <source>Find pictures again that were moved or renamed, by what they hold</source>
        <translation>按内容重新找到移动或重命名的图像</translation>
    </message>
    <message>
        <source>Withdrawn pictures…</source>
        <translation>已撤回的图像…</translation>
    </message>
    <message>
        <source>Pictures that were withdrawn, and why; bring them back</source>
        <translation>已撤回的图像及其原因；可将其恢复</translation>
    </message>
    <message>
        <source>Groups…</source>
        <translation>分组…</translation>
    </message>
    <message>
        <source>Copies of one photograph, or views of one scene: no split cuts a group</source>
        <translation>同一照片的副本或同一场景的不同视角：划分不会拆开一组</translation>
    </message>
    <message>
        <source>Project settings…</source>
        <translation>项目设置…</translation>
    </message>
    <message>
        <source>Name, ratings wanted, who may mark, reminders, the lab&apos;s instructions, the lead role</source>
        <translation>名称、所需评分数、谁可以标记、提醒、实验室说明、负责人角色</translation>
    </message>
    <message>
        <source>Import images…</source>
        <translation>导入图像…</translation>
    </message>
    <message>
        <source>Import ROIs…</source>
        <translation>导入 ROI…</translation>
    </message>
    <message>
        <source>Import ratings…</source>
        <translation>导入评分…</translation>
    </message>
    <message>
        <source>Assign…</source>
        <translation>分配…</translation>
    </message>
    <message>
        <source>Check project</source>
        <translation>检查项目</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>ROIs</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>Ratings</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Annotators</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>Coverage</source>
        <translation>覆盖情况</translation>
    </message>
</context>
<context>
    <name>ProjectSettingsController</name>
    <message>
        <source>Making check items</source>
        <translation>正在生成检查项</translation>
    </message>
</context>
<context>
    <name>ProjectSettingsDialog</name>
    <message>
        <source>Project settings</source>
        <translation>项目设置</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Lead role</source>
        <translation>负责人角色</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Give the project a name.</source>
        <translation>请为项目命名。</translation>
    </message>
    <message>
        <source>A passphrase has at least {least} characters.</source>
        <translation>口令至少要有 {least} 个字符。</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>两次输入的口令不同。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>More opens places on every ROI; fewer closes those that nobody has taken.</source>
        <translation>增加会为每个 ROI 开放新名额；减少会关闭无人占用的名额。</translation>
    </message>
    <message>
        <source>Ratings wanted of each ROI</source>
        <translation>每个 ROI 所需评分数</translation>
    </message>
    <message>
        <source>Smaller masks are refused when marking and importing.</source>
        <translation>标记和导入时拒绝更小的掩膜。</translation>
    </message>
    <message>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>Smallest ROI</source>
        <translation>最小 ROI</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Leads only</source>
        <translation>仅负责人</translation>
    </message>
    <message>
        <source>Who may mark ROIs</source>
        <translation>谁可以标记 ROI</translation>
    </message>
    <message>
        <source>Of all drawn orders; it stays as the project was made.</source>
        <translation>用于所有抽取的顺序；创建项目后不再改变。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Not shown</source>
        <translation>不显示</translation>
    </message>
    <message>
        <source>Before rating</source>
        <translation>评分前显示</translation>
    </message>
    <message>
        <source>After submitting</source>
        <translation>提交后显示</translation>
    </message>
    <message>
        <source>Choose a model on the Models page first.</source>
        <translation>请先在“模型”页选择模型。</translation>
    </message>
    <message>
        <source>A model&apos;s predictions</source>
        <translation>模型的预测</translation>
    </message>
    <message>
        <source>Of each annotator&apos;s ROIs, those that stay without a suggestion.</source>
        <translation>每位评分员的 ROI 中不显示建议的比例。</translation>
    </message>
    <message>
        <source>Control share</source>
        <translation>对照比例</translation>
    </message>
    <message>
        <source>Raters see less after half an hour; ITU-R BT.500 advises a pause.</source>
        <translation>评分者半小时后辨别力下降；ITU-R BT.500 建议休息。</translation>
    </message>
    <message>
        <source>Remind of a pause after</source>
        <translation>提醒休息的间隔</translation>
    </message>
    <message>
        <source>After so long without a key or click the window asks who sits there.</source>
        <translation>这么久没有按键或点击后，窗口会询问谁坐在这里。</translation>
    </message>
    <message>
        <source>Ask who sits there after</source>
        <translation>询问在座者的间隔</translation>
    </message>
    <message>
        <source>Share of hidden repeats</source>
        <translation>隐藏重复的比例</translation>
    </message>
    <message>
        <source>Share of gold ROIs</source>
        <translation>标准 ROI 的比例</translation>
    </message>
    <message>
        <source>Annotators may see where they and the label differ, once a ROI is done</source>
        <translation>ROI 完成后，评分员可以看到自己与标签的差异</translation>
    </message>
    <message>
        <source>Feedback</source>
        <translation>反馈</translation>
    </message>
    <message>
        <source>New annotators take a test before their first ROI</source>
        <translation>新标注者在第一个 ROI 之前参加测试</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Photographs distorted at known strength; they are made when this is saved.</source>
        <translation>以已知强度失真的照片；保存时生成。</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Share of the test&apos;s answers that must lie within one level of what is expected.</source>
        <translation>测试中与预期相差不超过一级的答案所须达到的比例。</translation>
    </message>
    <message>
        <source>For each ROI that they rate; annotators are not told which ones these are.</source>
        <translation>按其所评的每个 ROI 计；不告知标注者是哪些。</translation>
    </message>
    <message>
        <source>ROIs that they rated more than twenty ROIs ago, without their votes.</source>
        <translation>其在二十个 ROI 之前评过的 ROI，不显示其评分。</translation>
    </message>
    <message>
        <source>Pass mark: blur</source>
        <translation>及格线：模糊</translation>
    </message>
    <message>
        <source>Pass mark: colorfulness</source>
        <translation>及格线：色彩</translation>
    </message>
    <message>
        <source>Pass mark: compression</source>
        <translation>及格线：压缩</translation>
    </message>
    <message>
        <source>Pass mark: contrast</source>
        <translation>及格线：对比度</translation>
    </message>
    <message>
        <source>Pass mark: exposure</source>
        <translation>及格线：曝光</translation>
    </message>
    <message>
        <source>Pass mark: noise</source>
        <translation>及格线：噪声</translation>
    </message>
    <message>
        <source>Pass mark: quality</source>
        <translation>及格线：质量</translation>
    </message>
    <message>
        <source>Pass mark: importance</source>
        <translation>及格线：重要性</translation>
    </message>
    <message>
        <source>On a machine that many use, a passphrase keeps others from acting as a lead by mistake or out of curiosity. Every lead is asked for it when signing in. It is no wall against somebody who may change the project&apos;s files.</source>
        <translation>在多人共用的机器上，口令可防止他人无意或出于好奇以负责人身份操作。每位负责人登录时都会被询问。它不能阻挡可以修改项目文件的人。</translation>
    </message>
    <message>
        <source>A passphrase is set.</source>
        <translation>已设置口令。</translation>
    </message>
    <message>
        <source>No passphrase is set.</source>
        <translation>未设置口令。</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再输入一次</translation>
    </message>
    <message>
        <source>Take the passphrase away</source>
        <translation>取消口令</translation>
    </message>
    <message>
        <source> min</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
</context>
<context>
    <name>QualifyingController</name>
    <message>
        <source>Practice {n} of {all}</source>
        <translation>练习 {n} / {all}</translation>
    </message>
    <message>
        <source>Test {n} of {all}</source>
        <translation>测试 {n} / {all}</translation>
    </message>
    <message>
        <source>You have not passed the test in {n} attempts. Your lead decides what comes next.</source>
        <translation>您在 {n} 次测试中均未通过。下一步由负责人决定。</translation>
    </message>
    <message>
        <source>All eight answers lie within one level of what was expected.</source>
        <translation>八个答案与预期均相差不超过一级。</translation>
    </message>
    <message>
        <source>Of eight answers {n} lie more than one level away from what was expected.</source>
        <translation>八个答案中有 {n} 个与预期相差超过一级。</translation>
    </message>
    <message>
        <source>{scale}: expected {level}, one level more or less; you: {own}</source>
        <translation>{scale}：预期为{level}（上下一级均可）；您：{own}</translation>
    </message>
    <message>
        <source>{scale}: expected {level}, one level more or less; you: {own}, which is too far</source>
        <translation>{scale}：预期为{level}（上下一级均可）；您：{own}，相差过大</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>How the test went</source>
        <translation>测试结果</translation>
    </message>
    <message>
        <source>You have passed. From now on you rate the ROIs of this project.</source>
        <translation>您已通过。从现在起您评定本项目的 ROI。</translation>
    </message>
    <message>
        <source>Your lead has let you through. From now on you rate the ROIs of this project.</source>
        <translation>负责人已放行。从现在起您评定本项目的 ROI。</translation>
    </message>
    <message>
        <source>You have not passed yet. You can try {n} more times; it begins with practice.</source>
        <translation>您尚未通过。您还可尝试 {n} 次；从练习开始。</translation>
    </message>
    <message>
        <source>{scale}: {share} % within one level, which is too few</source>
        <translation>{scale}：{share} % 相差不超过一级，比例过低</translation>
    </message>
    <message>
        <source>{scale}: {share} % within one level</source>
        <translation>{scale}：{share} % 相差不超过一级</translation>
    </message>
</context>
<context>
    <name>RatingBinding</name>
    <message>
        <source>Loading the picture…</source>
        <translation>正在载入图像…</translation>
    </message>
    <message>
        <source>object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>component</source>
        <translation>部件</translation>
    </message>
    <message>
        <source>ROI {uid} ({level})</source>
        <translation>ROI {uid}（{level}）</translation>
    </message>
    <message>
        <source>ROI {uid}, {area} px, picture {width} × {height}</source>
        <translation>ROI {uid}，{area} 像素，图像 {width} × {height}</translation>
    </message>
    <message>
        <source>suggestions by {model}</source>
        <translation>建议来自 {model}</translation>
    </message>
    <message>
        <source>{model} (untrained)</source>
        <translation>{model}（未训练）</translation>
    </message>
    <message>
        <source>All rated. New ROIs will appear here; thank you.</source>
        <translation>已全部评完。新的 ROI 会出现在这里，谢谢。</translation>
    </message>
    <message>
        <source>There is nothing to rate yet; ask your lead for some ROIs.</source>
        <translation>还没有可评分的内容；请向负责人索取 ROI。</translation>
    </message>
    <message>
        <source>There is nothing to rate yet: mark ROIs (M), or ask your lead for some.</source>
        <translation>还没有可评的 ROI：请标记 ROI（M），或请负责人分配。</translation>
    </message>
    <message>
        <source>{scale}: {model} (you: {own})</source>
        <translation>{scale}：{model}（您：{own}）</translation>
    </message>
    <message>
        <source>The ROI before this, by {model}: {told}</source>
        <translation>上一个 ROI，{model} 的判断：{told}</translation>
    </message>
    <message>
        <source>the same as you</source>
        <translation>与您相同</translation>
    </message>
    <message>
        <source>{reason} Choose Later to go on with another ROI.</source>
        <translation>{reason} 选择“稍后”以继续评下一个 ROI。</translation>
    </message>
</context>
<context>
    <name>RatingPanel</name>
    <message>
        <source>Rating panel</source>
        <translation>评分面板</translation>
    </message>
    <message>
        <source>Choose a ROI to rate it.</source>
        <translation>选择一个 ROI 来评分。</translation>
    </message>
    <message>
        <source>Submit (Enter)</source>
        <translation>提交（Enter）</translation>
    </message>
    <message>
        <source>{digit} is not on this scale: {title} takes 0 to {maximum}.</source>
        <translation>此量表没有 {digit}：{title}取 0 到 {maximum}。</translation>
    </message>
    <message>
        <source>Still missing: {names}.</source>
        <translation>还缺：{names}。</translation>
    </message>
    <message>
        <source>All eight given. Enter submits them.</source>
        <translation>八项已全部给出。按 Enter 提交。</translation>
    </message>
    <message>
        <source>{given} of {total}</source>
        <translation>{given} / {total}</translation>
    </message>
</context>
<context>
    <name>RatingRow</name>
    <message>
        <source>suggested {percent} %</source>
        <translation>建议 {percent} %</translation>
    </message>
    <message>
        <source>suggested: {word}, {percent} %</source>
        <translation>建议：{word}，{percent} %</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已更改</translation>
    </message>
</context>
<context>
    <name>RatingsImportController</name>
    <message>
        <source>Reading {file}</source>
        <translation>正在读取 {file}</translation>
    </message>
    <message>
        <source>Importing {file}</source>
        <translation>正在导入 {file}</translation>
    </message>
</context>
<context>
    <name>RatingsPreviewDialog</name>
    <message>
        <source>Is this understood rightly?</source>
        <translation>这样理解对吗？</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Columns are separated by</source>
        <translation>列分隔符</translation>
    </message>
    <message>
        <source>Not read: {columns}</source>
        <translation>不读取：{columns}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Read it so</source>
        <translation>按此读取</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>(not there)</source>
        <translation>（没有）</translation>
    </message>
    <message>
        <source>{column} is called</source>
        <translation>{column} 对应的列</translation>
    </message>
    <message>
        <source>{name} (found out)</source>
        <translation>{name}（自动识别）</translation>
    </message>
    <message>
        <source>find out</source>
        <translation>自动识别</translation>
    </message>
</context>
<context>
    <name>ReachChart</name>
    <message>
        <source>Attainable correlation by scale</source>
        <translation>各量表可达到的相关系数</translation>
    </message>
</context>
<context>
    <name>ReasonDialog</name>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>It is kept with the ratings in exports.</source>
        <translation>导出时会与评分一起保留。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>It is kept in the audit trail.</source>
        <translation>保存在审计记录中。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>RecentLine</name>
    <message>
        <source>sample, simulated annotators</source>
        <translation>示例，模拟评分员</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>找不到</translation>
    </message>
    <message>
        <source>Take {name} off this list</source>
        <translation>将 {name} 移出列表</translation>
    </message>
</context>
<context>
    <name>ResidualChart</name>
    <message>
        <source>Residuals over time</source>
        <translation>残差随时间的变化</translation>
    </message>
</context>
<context>
    <name>ResultDialog</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ReviewAnnotatorsController</name>
    <message>
        <source>Exclude {name}?</source>
        <translation>排除 {name}？</translation>
    </message>
    <message>
        <source>What {name} rated does not count from now on: labels and agreement are computed without it, and others take the places. Nothing is deleted; it can be taken back here and in the audit trail.</source>
        <translation>{name} 的评分从现在起不再计入：标签和一致性将不含这些评分，名额由他人补上。不会删除任何内容；可在此处或审计记录中撤销。</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Readmit {name}?</source>
        <translation>重新计入 {name}？</translation>
    </message>
    <message>
        <source>What {name} rated counts again.</source>
        <translation>{name} 的评分重新计入。</translation>
    </message>
    <message>
        <source>Readmit</source>
        <translation>重新计入</translation>
    </message>
    <message>
        <source>Ask {name} for repeats</source>
        <translation>要求 {name} 重复评分</translation>
    </message>
    <message>
        <source>ROIs that they rated a good while ago come again at their next turns, without their votes and without being told. What they give then shows how alike they rate; it enters no label.</source>
        <translation>其较早评过的 ROI 将在接下来的轮次中再次出现，不显示其评分，也不告知。届时的评分显示其一致程度，不进入任何标签。</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Let {name} through?</source>
        <translation>放行 {name}？</translation>
    </message>
    <message>
        <source>{name} rates the ROIs of this project from now on, without having passed the test. It can be taken back in the audit trail.</source>
        <translation>{name} 从现在起评定本项目的 ROI，无需通过测试。可在审计记录中撤回。</translation>
    </message>
    <message>
        <source>Let through</source>
        <translation>放行</translation>
    </message>
    <message>
        <source>Save the annotators</source>
        <translation>保存评分员表</translation>
    </message>
    <message>
        <source>No session is longer than {n} ratings, so nothing can be said of drift.</source>
        <translation>没有一次评分超过 {n} 个，因此无法判断漂移。</translation>
    </message>
    <message>
        <source>Drift over a session, as mean residual: ratings {a} to {b} {early:+.2f}, ratings {c} to {d} {late:+.2f}.</source>
        <translation>一次评分过程中的漂移（平均残差）：第 {a} 至 {b} 个 {early:+.2f}，第 {c} 至 {d} 个 {late:+.2f}。</translation>
    </message>
    <message>
        <source>Excluded: nothing of theirs counts, so there are no figures.</source>
        <translation>已排除：其评分均不计入，因此没有数值。</translation>
    </message>
    <message>
        <source>Figures are being computed.</source>
        <translation>正在计算数值。</translation>
    </message>
    <message>
        <source>They have rated nothing that counts.</source>
        <translation>此人没有计入的评分。</translation>
    </message>
    <message>
        <source>{n:,} ratings</source>
        <translation>{n:,} 份评分</translation>
    </message>
    <message>
        <source>sessions: {n}</source>
        <translation>{n} 次会话</translation>
    </message>
    <message>
        <source>{share:.0f} % with one and the same pattern</source>
        <translation>{share:.0f} % 采用同一组合</translation>
    </message>
    <message>
        <source>{seconds:.0f} s a rating (median)</source>
        <translation>每份评分 {seconds:.0f} 秒（中位数）</translation>
    </message>
    <message>
        <source>BT.500 flags: {scales}</source>
        <translation>BT.500 标记：{scales}</translation>
    </message>
</context>
<context>
    <name>ReviewAuditController</name>
    <message>
        <source>Take this back?</source>
        <translation>撤销此操作？</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Save the audit trail</source>
        <translation>保存审计记录</translation>
    </message>
    <message>
        <source>made a lead</source>
        <translation>设为负责人</translation>
    </message>
    <message>
        <source>made an annotator</source>
        <translation>设为评分员</translation>
    </message>
    <message>
        <source>annotator excluded</source>
        <translation>评分员已排除</translation>
    </message>
    <message>
        <source>annotator readmitted</source>
        <translation>评分员重新计入</translation>
    </message>
    <message>
        <source>annotator added</source>
        <translation>评分员已添加</translation>
    </message>
    <message>
        <source>annotators merged</source>
        <translation>评分员已合并</translation>
    </message>
    <message>
        <source>merge undone</source>
        <translation>合并已撤销</translation>
    </message>
    <message>
        <source>message left</source>
        <translation>已留消息</translation>
    </message>
    <message>
        <source>rating excluded</source>
        <translation>评分已排除</translation>
    </message>
    <message>
        <source>rating readmitted</source>
        <translation>评分重新计入</translation>
    </message>
    <message>
        <source>ROI marked</source>
        <translation>ROI 已标记</translation>
    </message>
    <message>
        <source>ROI withdrawn</source>
        <translation>ROI 已撤回</translation>
    </message>
    <message>
        <source>ROI brought back</source>
        <translation>ROI 已恢复</translation>
    </message>
    <message>
        <source>label accepted</source>
        <translation>标签已接受</translation>
    </message>
    <message>
        <source>acceptance lifted</source>
        <translation>接受已取消</translation>
    </message>
    <message>
        <source>pictures added</source>
        <translation>图像已添加</translation>
    </message>
    <message>
        <source>pictures grouped</source>
        <translation>图像已分组</translation>
    </message>
    <message>
        <source>pictures found again</source>
        <translation>图像已重新找到</translation>
    </message>
    <message>
        <source>picture withdrawn</source>
        <translation>图片已撤回</translation>
    </message>
    <message>
        <source>picture brought back</source>
        <translation>图片已恢复</translation>
    </message>
    <message>
        <source>ratings imported</source>
        <translation>评分已导入</translation>
    </message>
    <message>
        <source>ROIs imported</source>
        <translation>ROI 已导入</translation>
    </message>
    <message>
        <source>more ratings asked for</source>
        <translation>已请求更多评分</translation>
    </message>
    <message>
        <source>request taken back</source>
        <translation>请求已撤销</translation>
    </message>
    <message>
        <source>ROIs handed out</source>
        <translation>ROI 已分发</translation>
    </message>
    <message>
        <source>ROIs taken back</source>
        <translation>ROI 已收回</translation>
    </message>
    <message>
        <source>labels computed</source>
        <translation>标签已计算</translation>
    </message>
    <message>
        <source>label run deleted</source>
        <translation>标签运行已删除</translation>
    </message>
    <message>
        <source>export written</source>
        <translation>已导出</translation>
    </message>
    <message>
        <source>label run exported</source>
        <translation>标签运行已导出</translation>
    </message>
    <message>
        <source>split frozen</source>
        <translation>划分已冻结</translation>
    </message>
    <message>
        <source>split thawed</source>
        <translation>划分已解冻</translation>
    </message>
    <message>
        <source>filter saved</source>
        <translation>筛选已保存</translation>
    </message>
    <message>
        <source>filter forgotten</source>
        <translation>筛选已删除</translation>
    </message>
    <message>
        <source>model added</source>
        <translation>模型已添加</translation>
    </message>
    <message>
        <source>pre-fill changed</source>
        <translation>预填已更改</translation>
    </message>
    <message>
        <source>settings changed</source>
        <translation>设置已更改</translation>
    </message>
    <message>
        <source>backup put back</source>
        <translation>备份已恢复</translation>
    </message>
    <message>
        <source>project rescued</source>
        <translation>项目已抢救</translation>
    </message>
    <message>
        <source>instructions changed</source>
        <translation>说明已更改</translation>
    </message>
    <message>
        <source>passphrase set</source>
        <translation>口令已设置</translation>
    </message>
    <message>
        <source>passphrase taken away</source>
        <translation>口令已取消</translation>
    </message>
    <message>
        <source>forgotten passphrase taken away</source>
        <translation>遗忘的口令已取消</translation>
    </message>
    <message>
        <source>check items made</source>
        <translation>已生成检查项</translation>
    </message>
    <message>
        <source>let through</source>
        <translation>已放行</translation>
    </message>
    <message>
        <source>let through no more</source>
        <translation>不再放行</translation>
    </message>
    <message>
        <source>repeats asked for</source>
        <translation>已要求重复</translation>
    </message>
</context>
<context>
    <name>ReviewController</name>
    <message>
        <source>Reading the ratings</source>
        <translation>正在读取评分</translation>
    </message>
    <message>
        <source>The project has changed since these were computed.</source>
        <translation>此后项目有变化。</translation>
    </message>
    <message>
        <source>Not all figures were computed.</source>
        <translation>并非所有数值都已计算。</translation>
    </message>
    <message>
        <source>Computing agreement</source>
        <translation>正在计算一致性</translation>
    </message>
</context>
<context>
    <name>ReviewDisputesController</name>
    <message>
        <source>Save the disputes</source>
        <translation>保存争议列表</translation>
    </message>
    <message>
        <source>Accept this label?</source>
        <translation>接受此标签？</translation>
    </message>
    <message>
        <source>The ROI leaves the disputes, and nobody is asked for more ratings of it.</source>
        <translation>该 ROI 不再列为争议，也不再请求更多评分。</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Exclude this rating?</source>
        <translation>排除此评分？</translation>
    </message>
    <message>
        <source>It does not count from now on, and somebody else takes its place. It is not deleted.</source>
        <translation>它从现在起不再计入，名额由他人补上。不会删除。</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Withdraw this ROI?</source>
        <translation>撤回此 ROI？</translation>
    </message>
    <message>
        <source>It is rated, labelled and exported no more. The audit trail takes it back.</source>
        <translation>它不再被评定、标注或导出。可在审计记录中撤销。</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Send back to marking?</source>
        <translation>退回标注？</translation>
    </message>
    <message>
        <source>The ROI is withdrawn, and whoever marked it is told when they next sit down, with your reason. The audit trail takes it back.</source>
        <translation>此 ROI 将被撤回，标注它的人下次登录时会收到通知和您的理由。可在审计记录中撤销。</translation>
    </message>
    <message>
        <source>Send back</source>
        <translation>退回</translation>
    </message>
    <message>
        <source>ROI {number}</source>
        <translation>ROI {number}</translation>
    </message>
    <message>
        <source>By lot, to be rated first</source>
        <translation>随机排列，先评分</translation>
    </message>
    <message>
        <source>By lot, to be rated first; not narrowed by votes</source>
        <translation>随机排列，先评分；不按评分筛选</translation>
    </message>
    <message>
        <source>All ROIs that are rated and not accepted</source>
        <translation>所有已评分且未接受的 ROI</translation>
    </message>
    <message>
        <source>All ROIs that are rated</source>
        <translation>所有已评分的 ROI</translation>
    </message>
    <message>
        <source>{which}, filtered</source>
        <translation>{which}（已筛选）</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>第 {n} 个，共 {all} 个</translation>
    </message>
    <message>
        <source>{n} counting ratings</source>
        <translation>{n} 份计入的评分</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Accepted by {who}: {note}</source>
        <translation>由 {who} 接受：{note}</translation>
    </message>
</context>
<context>
    <name>ReviewFilterController</name>
    <message>
        <source>on</source>
        <translation>已启用</translation>
    </message>
</context>
<context>
    <name>ReviewMessagesController</name>
    <message>
        <source>Message of {by}, {at}, not read yet: {text}</source>
        <translation>{by} 的消息，{at}，尚未阅读：{text}</translation>
    </message>
    <message>
        <source>Message of {by}, {at}, read {read}: {text}</source>
        <translation>{by} 的消息，{at}，已于 {read} 阅读：{text}</translation>
    </message>
</context>
<context>
    <name>ReviewOverviewController</name>
    <message>
        <source>How likely a label stays as it is with 14 raters: firm from {firm:.0f} % on, a coin&apos;s toss below {toss:.0f} %.</source>
        <translation>有 14 位评分员时标签保持不变的可能性：{firm:.0f} % 以上为稳固，低于 {toss:.0f} % 则如掷硬币。</translation>
    </message>
    <message>
        <source>{scale}, levels (ordinal alpha)</source>
        <translation>{scale}，等级（序数 α）</translation>
    </message>
    <message>
        <source>{scale}, presence (nominal alpha)</source>
        <translation>{scale}，有无（名义 α）</translation>
    </message>
    <message>
        <source>95 %: {low:.3f} to {high:.3f}</source>
        <translation>95 %：{low:.3f} 至 {high:.3f}</translation>
    </message>
    <message>
        <source>equal pairs: {share:.0f} %</source>
        <translation>相同的评分对：{share:.0f} %</translation>
    </message>
    <message>
        <source>{rois:,} ROIs, {ratings:,} ratings</source>
        <translation>{rois:,} 个 ROI，{ratings:,} 份评分</translation>
    </message>
    <message>
        <source>{given:,} of {wanted:,} wanted ratings</source>
        <translation>{wanted:,} 份所需评分中已有 {given:,} 份</translation>
    </message>
    <message>
        <source>There is no ROI yet.</source>
        <translation>还没有 ROI。</translation>
    </message>
    <message>
        <source>Every ROI has its {n} ratings.</source>
        <translation>每个 ROI 都已有 {n} 份评分。</translation>
    </message>
    <message>
        <source>{missing:,} are missing, and nobody has rated in the last seven days.</source>
        <translation>还缺 {missing:,} 份，最近七天无人评分。</translation>
    </message>
    <message>
        <source>{missing:,} are missing; at {per_day:,.0f} a day they are there on {day}.</source>
        <translation>还缺 {missing:,} 份；按每天 {per_day:,.0f} 份，将于 {day} 完成。</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Agreement, stability, progress</source>
        <translation>一致性、稳定性、进度</translation>
    </message>
    <message>
        <source>Annotators</source>
        <translation>评分员</translation>
    </message>
    <message>
        <source>How each one rates</source>
        <translation>每个人如何评分</translation>
    </message>
    <message>
        <source>Disputes</source>
        <translation>争议</translation>
    </message>
    <message>
        <source>ROIs on which annotators differ</source>
        <translation>评分员意见不一的 ROI</translation>
    </message>
    <message>
        <source>Audit trail</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Who did what, when and why</source>
        <translation>何人何时为何做了什么</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>标签页</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Compute again</source>
        <translation>重新计算</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>One page on methods, agreement and labels, for a paper</source>
        <translation>一页报告：方法、一致性与标签，可附于论文</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
</context>
<context>
    <name>ReviewPapersController</name>
    <message>
        <source>This chart shows nothing yet; wait until its figures are there.</source>
        <translation>此图表尚无内容；请等待数值计算完成。</translation>
    </message>
    <message>
        <source>SVG (*.svg);;PDF (*.pdf)</source>
        <translation>SVG (*.svg);;PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Save the figure</source>
        <translation>保存图表</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>HTML (*.html)</source>
        <translation>HTML (*.html)</translation>
    </message>
    <message>
        <source>Making the report</source>
        <translation>正在生成报告</translation>
    </message>
    <message>
        <source>The report is in {file}. It is in English, and opens in any browser.</source>
        <translation>报告已保存到 {file}。报告为英文，可用任何浏览器打开。</translation>
    </message>
    <message>
        <source>Some of its annotators are simulated, and the report says so.</source>
        <translation>其中部分标注者是模拟的，报告中已注明。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
</context>
<context>
    <name>ReviewTargets</name>
    <message>
        <source>{scale}: {name} says {own}, the others {others}</source>
        <translation>{scale}：{name} 评为{own}，他人评为{others}</translation>
    </message>
    <message>
        <source>ROIs with {n} ratings</source>
        <translation>有 {n} 份评分的 ROI</translation>
    </message>
    <message>
        <source>ROIs with {n} ratings or more</source>
        <translation>有 {n} 份或更多评分的 ROI</translation>
    </message>
    <message>
        <source>{scale}: by spread of the votes</source>
        <translation>{scale}：按评分的离散程度</translation>
    </message>
    <message>
        <source>{scale}: some see it, some do not</source>
        <translation>{scale}：有人看到，有人没有</translation>
    </message>
    <message>
        <source>{scale}: firm labels</source>
        <translation>{scale}：稳固的标签</translation>
    </message>
    <message>
        <source>{scale}: labels that may still change</source>
        <translation>{scale}：仍可能改变的标签</translation>
    </message>
    <message>
        <source>{scale}: labels that are a coin&apos;s toss</source>
        <translation>{scale}：如掷硬币的标签</translation>
    </message>
    <message>
        <source>ROIs without a rating</source>
        <translation>没有评分的 ROI</translation>
    </message>
    <message>
        <source>One ROI</source>
        <translation>单个 ROI</translation>
    </message>
</context>
<context>
    <name>RoiList</name>
    <message>
        <source>ROIs</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>ROIs of this picture</source>
        <translation>此图像的 ROI</translation>
    </message>
    <message>
        <source>No ROI here yet. Click an object in the picture to mark one.</source>
        <translation>这里还没有 ROI。点击图像中的对象即可标记。</translation>
    </message>
    <message>
        <source>ROIs ({count})</source>
        <translation>ROI（{count}）</translation>
    </message>
    <message>
        <source>Withdraw this ROI…</source>
        <translation>撤回此 ROI…</translation>
    </message>
</context>
<context>
    <name>RoiModel</name>
    <message>
        <source>object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>component</source>
        <translation>部件</translation>
    </message>
    <message>
        <source>{level}, {area} px</source>
        <translation>{level}，{area} 像素</translation>
    </message>
</context>
<context>
    <name>Roles</name>
    <message>
        <source>Make {name} a lead?</source>
        <translation>将 {name} 设为负责人？</translation>
    </message>
    <message>
        <source>{name} may then do everything here: import, hand out, decide about annotators, compute labels, export and change the settings.</source>
        <translation>{name} 将可以做这里的一切：导入、分配、管理评分员、计算标签、导出和更改设置。</translation>
    </message>
    <message>
        <source>Nobody leads this project yet; all others only rate and mark from then on.</source>
        <translation>此项目还没有负责人；此后其他人只能评分和标记。</translation>
    </message>
    <message>
        <source>Make lead</source>
        <translation>设为负责人</translation>
    </message>
    <message>
        <source>Make {name} an annotator?</source>
        <translation>将 {name} 设为评分员？</translation>
    </message>
    <message>
        <source>{name} then rates, and marks if the project lets annotators mark.</source>
        <translation>{name} 之后只评分；若项目允许评分员标记，也可标记。</translation>
    </message>
    <message>
        <source>Make annotator</source>
        <translation>设为评分员</translation>
    </message>
</context>
<context>
    <name>SamePersonDialog</name>
    <message>
        <source>Is this {name}?</source>
        <translation>这是 {name} 吗？</translation>
    </message>
    <message>
        <source>“{typed}” is nearly the name of {names}, but for case, blanks or characters that cannot be seen.</source>
        <translation>“{typed}”与 {names} 几乎相同，只差大小写、空白或看不见的字符。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Another person</source>
        <translation>另一个人</translation>
    </message>
    <message>
        <source>It is {name}</source>
        <translation>就是 {name}</translation>
    </message>
</context>
<context>
    <name>SavedMark</name>
    <message>
        <source>Save again</source>
        <translation>重新保存</translation>
    </message>
    <message>
        <source>Nothing to save</source>
        <translation>没有要保存的内容</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Waiting for another program…</source>
        <translation>正在等待另一个程序…</translation>
    </message>
    <message>
        <source>Kept here, not in the database yet</source>
        <translation>已保存在本机，尚未写入数据库</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Not saved: {reason}</source>
        <translation>未保存：{reason}</translation>
    </message>
    <message>
        <source>Another program is writing to the project, such as a large import. The rating waits for its turn; go on rating.</source>
        <translation>另一个程序正在写入项目，例如大型导入。该评分正在排队等待；请继续评分。</translation>
    </message>
    <message>
        <source>{reason} What you give is kept on this computer&apos;s disk and goes into the database, in order, as soon as that can be reached again; go on rating.</source>
        <translation>{reason}您的评分已保存在本机磁盘上，一旦数据库恢复连接，将按顺序写入；请继续评分。</translation>
    </message>
</context>
<context>
    <name>ScaleHelp</name>
    <message>
        <source>synthetic example: {level}</source>
        <translation>合成示例：{level}</translation>
    </message>
</context>
<context>
    <name>SessionHeader</name>
    <message>
        <source>Change who is rating</source>
        <translation>更换评分员</translation>
    </message>
    <message>
        <source>ROIs rated</source>
        <translation>已评的 ROI</translation>
    </message>
    <message>
        <source>Who is rating?</source>
        <translation>由谁评分？</translation>
    </message>
    <message>
        <source>{name} (simulated)</source>
        <translation>{name}（模拟）</translation>
    </message>
    <message>
        <source>{done} rated, {open} open</source>
        <translation>已评 {done}，待评 {open}</translation>
    </message>
    <message>
        <source>This session: {count}</source>
        <translation>本次：{count}</translation>
    </message>
    <message>
        <source>{seconds} s each</source>
        <translation>每个 {seconds} 秒</translation>
    </message>
    <message>
        <source>Ratings of this session, and the median seconds for one</source>
        <translation>本次的评分数，以及每个评分用时的中位数（秒）</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colors of the window</source>
        <translation>窗口颜色</translation>
    </message>
    <message>
        <source>Another language shows at the next start.</source>
        <translation>更换语言在下次启动时生效。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Where the SAM weights lie. Without them the classical segmenter is used.</source>
        <translation>SAM 权重所在的位置。没有权重时使用传统分割器。</translation>
    </message>
    <message>
        <source>Weights folder</source>
        <translation>权重文件夹</translation>
    </message>
    <message>
        <source>About…</source>
        <translation>关于…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>give a level and go to the next row</source>
        <translation>给出等级并转到下一行</translation>
    </message>
    <message>
        <source>another row</source>
        <translation>换一行</translation>
    </message>
    <message>
        <source>a lower or higher level</source>
        <translation>降低或升高一级</translation>
    </message>
    <message>
        <source>take a level back</source>
        <translation>收回一个等级</translation>
    </message>
    <message>
        <source>first or last row</source>
        <translation>第一行或最后一行</translation>
    </message>
    <message>
        <source>examples of all levels</source>
        <translation>各等级的示例</translation>
    </message>
    <message>
        <source>brush, eraser</source>
        <translation>画笔、橡皮</translation>
    </message>
    <message>
        <source>next mask of the segmenter</source>
        <translation>分割器的下一个掩膜</translation>
    </message>
    <message>
        <source>accept the mask</source>
        <translation>接受掩膜</translation>
    </message>
    <message>
        <source>undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>modes</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>rate or mark</source>
        <translation>评分或标记</translation>
    </message>
    <message>
        <source>Instructions of this project…</source>
        <translation>本项目的说明…</translation>
    </message>
    <message>
        <source>confirm a suggestion</source>
        <translation>确认建议</translation>
    </message>
    <message>
        <source>submit and go to the next ROI</source>
        <translation>提交并转到下一个 ROI</translation>
    </message>
    <message>
        <source>forward again</source>
        <translation>再次前进</translation>
    </message>
    <message>
        <source>put this ROI off</source>
        <translation>稍后再评此 ROI</translation>
    </message>
    <message>
        <source>select a ROI</source>
        <translation>选择 ROI</translation>
    </message>
    <message>
        <source>click: left adds, right takes away</source>
        <translation>点击：左键添加，右键去除</translation>
    </message>
    <message>
        <source>box</source>
        <translation>方框</translation>
    </message>
    <message>
        <source>radius of the brush</source>
        <translation>画笔半径</translation>
    </message>
    <message>
        <source>polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>move the picture</source>
        <translation>移动图像</translation>
    </message>
    <message>
        <source>give up the shape, then the mask</source>
        <translation>放弃图形，再放弃掩膜</translation>
    </message>
    <message>
        <source>withdraw the chosen ROI</source>
        <translation>撤回所选 ROI</translation>
    </message>
    <message>
        <source>the picture before or after</source>
        <translation>上一张或下一张图像</translation>
    </message>
    <message>
        <source>Disputes</source>
        <translation>争议</translation>
    </message>
    <message>
        <source>one to one at the ROI, and back</source>
        <translation>在 ROI 处 1:1 显示，再按返回</translation>
    </message>
    <message>
        <source>back to the ROI before, or one put off just now</source>
        <translation>回到上一个 ROI，或刚刚推迟的那一个</translation>
    </message>
    <message>
        <source>fit the picture into the window; again: enlarge a small one</source>
        <translation>使图像适合窗口；再按一次：放大小图像</translation>
    </message>
    <message>
        <source>fit the ROI into the window</source>
        <translation>使 ROI 适合窗口</translation>
    </message>
    <message>
        <source>zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>hold to hide the outlines</source>
        <translation>按住以隐藏轮廓</translation>
    </message>
    <message>
        <source>settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>this list</source>
        <translation>本列表</translation>
    </message>
    <message>
        <source>quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>the next ROI, the one before</source>
        <translation>下一个 ROI、上一个 ROI</translation>
    </message>
    <message>
        <source>accept the label with a note, or dispute it again</source>
        <translation>附说明接受标签，或重新列为争议</translation>
    </message>
    <message>
        <source>ask for more ratings</source>
        <translation>请求更多评分</translation>
    </message>
    <message>
        <source>choose a rating</source>
        <translation>选择一个评分</translation>
    </message>
    <message>
        <source>exclude the chosen rating with a reason, or readmit it</source>
        <translation>说明原因后排除所选评分，或重新采纳</translation>
    </message>
    <message>
        <source>withdraw the ROI</source>
        <translation>撤回此 ROI</translation>
    </message>
    <message>
        <source>filter the list</source>
        <translation>筛选列表</translation>
    </message>
    <message>
        <source>send the ROI back to marking</source>
        <translation>将此 ROI 退回标注</translation>
    </message>
    <message>
        <source>Marking</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
</context>
<context>
    <name>SourceLine</name>
    <message>
        <source>on this machine</source>
        <translation>在此机器上</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>size unknown</source>
        <translation>大小未知</translation>
    </message>
    <message>
        <source>Download {name}</source>
        <translation>下载 {name}</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>No project yet. Make a new one from a folder of pictures, or look around in the sample project first.</source>
        <translation>还没有项目。可从图像文件夹新建一个，或先看看示例项目。</translation>
    </message>
    <message>
        <source>Mark regions, rate them, make a data set.</source>
        <translation>标出区域，评分，建成数据集。</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>打开项目…</translation>
    </message>
    <message>
        <source>Sample project</source>
        <translation>示例项目</translation>
    </message>
    <message>
        <source>You can also drop a folder here.</source>
        <translation>也可以把文件夹拖到这里。</translation>
    </message>
    <message>
        <source>Settings (Ctrl+,)</source>
        <translation>设置 (Ctrl+,)</translation>
    </message>
    <message>
        <source>All keys (Ctrl+/)</source>
        <translation>所有按键 (Ctrl+/)</translation>
    </message>
    <message>
        <source>Version {version}. Free software under the GNU GPL, version 3 or later.</source>
        <translation>版本 {version}。自由软件，遵循 GNU GPL 第 3 版或更新版本。</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
</context>
<context>
    <name>StillThereDialog</name>
    <message>
        <source>Is this still {name}?</source>
        <translation>还是 {name} 吗？</translation>
    </message>
    <message>
        <source>Nothing was touched for {minutes} minutes. What was begun is still there; ratings given from now on are stored under the name of whoever sits here.</source>
        <translation>已有 {minutes} 分钟没有操作。已开始的内容仍然保留；此后的评分将记在在座者名下。</translation>
    </message>
    <message>
        <source>Somebody else…</source>
        <translation>换人…</translation>
    </message>
    <message>
        <source>It is still {name}</source>
        <translation>还是 {name}</translation>
    </message>
</context>
<context>
    <name>Studio</name>
    <message>
        <source>Open a project folder</source>
        <translation>打开项目文件夹</translation>
    </message>
    <message>
        <source>Annotate</source>
        <translation>评分与标记</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>所有项目</translation>
    </message>
    <message>
        <source>Sample project: its annotators and their ratings are simulated. Nothing here was given by people, except what you add.</source>
        <translation>示例项目：评分员及其评分均为模拟。除您添加的内容外，这里没有真人给出的评分。</translation>
    </message>
    <message>
        <source>This project lies on a read-only medium: it can be looked at, not changed.</source>
        <translation>该项目位于只读介质上：可以查看，不能更改。</translation>
    </message>
    <message>
        <source>Language and weights folder take effect when the project is opened again.</source>
        <translation>语言和权重文件夹在重新打开项目后生效。</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>撤销（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Shift+Z)</source>
        <translation>重做（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Fit the picture into the window (F)</source>
        <translation>使图像适合窗口（F）</translation>
    </message>
    <message>
        <source>One to one at the ROI (Z)</source>
        <translation>在 ROI 处以 1:1 显示（Z）</translation>
    </message>
    <message>
        <source>{index} of {count}</source>
        <translation>第 {index} / {count} 个</translation>
    </message>
    <message>
        <source>{which}, predicted IoU {iou}</source>
        <translation>{which}，预测 IoU {iou}</translation>
    </message>
    <message>
        <source>Select a ROI</source>
        <translation>选择 ROI</translation>
    </message>
    <message>
        <source>Click: left adds, right takes away</source>
        <translation>点击：左键添加，右键去除</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>框</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Move the picture</source>
        <translation>移动图像</translation>
    </message>
    <message>
        <source>Next mask of the segmenter (Tab)</source>
        <translation>分割器的下一个掩膜（Tab）</translation>
    </message>
    <message>
        <source>Discard the mask (Esc)</source>
        <translation>放弃掩膜（Esc）</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Accept the mask as a ROI (Ctrl+Enter)</source>
        <translation>将掩膜接受为 ROI（Ctrl+Enter）</translation>
    </message>
</context>
<context>
    <name>ToolHint</name>
    <message>
        <source>Tab: next mask. Ctrl+Enter accepts, Esc discards.</source>
        <translation>Tab：下一个掩膜。Ctrl+Enter 接受，Esc 放弃。</translation>
    </message>
    <message>
        <source>Click a ROI to choose it. Delete withdraws it, Z shows it one to one.</source>
        <translation>点击 ROI 以选择。Delete 撤回，Z 以 1:1 显示。</translation>
    </message>
    <message>
        <source>Left click adds, right click takes away.</source>
        <translation>左键添加，右键去除。</translation>
    </message>
    <message>
        <source>Drag a box around the object.</source>
        <translation>拖出包围对象的方框。</translation>
    </message>
    <message>
        <source>Drag to add; [ and ] change the radius. Ctrl+Enter accepts, Esc discards.</source>
        <translation>拖动以添加；[ 和 ] 更改半径。Ctrl+Enter 接受，Esc 放弃。</translation>
    </message>
    <message>
        <source>Drag to take away; [ and ] change the radius. Ctrl+Enter accepts, Esc discards.</source>
        <translation>拖动以去除；[ 和 ] 更改半径。Ctrl+Enter 接受，Esc 放弃。</translation>
    </message>
    <message>
        <source>Click corner by corner; Enter or a double click closes the polygon, Backspace takes the last corner back. Ctrl+Enter accepts.</source>
        <translation>逐个点击顶点；Enter 或双击闭合多边形，Backspace 撤回上一个顶点。Ctrl+Enter 接受。</translation>
    </message>
    <message>
        <source>Drag to move the picture; the wheel zooms.</source>
        <translation>拖动以移动图像；滚轮缩放。</translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>On the test images</source>
        <translation>在测试图像上</translation>
    </message>
    <message>
        <source>This model</source>
        <translation>此模型</translation>
    </message>
    <message>
        <source>Attainable</source>
        <translation>可达到</translation>
    </message>
    <message>
        <source>Evaluation on the test images</source>
        <translation>在测试图像上的评估</translation>
    </message>
    <message>
        <source>Predict all ROIs</source>
        <translation>预测所有 ROI</translation>
    </message>
    <message>
        <source>The next job: afterwards it is a model of this project, and can be chosen for the pre-fill.</source>
        <translation>下一个任务：之后它成为本项目的模型，可选用于预填。</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Present model</source>
        <translation>当前模型</translation>
    </message>
    <message>
        <source>Hide the curves</source>
        <translation>隐藏曲线</translation>
    </message>
    <message>
        <source>Show the curves</source>
        <translation>显示曲线</translation>
    </message>
</context>
<context>
    <name>TrainingViews</name>
    <message>
        <source>Training</source>
        <translation>训练集</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证集</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试集</translation>
    </message>
    <message>
        <source>SAM of this window holds {memory} GB of this GPU, which the training cannot have; it is free once this window is closed.</source>
        <translation>本窗口的 SAM 占用了这块 GPU 的 {memory} GB，训练无法使用；关闭本窗口后即可释放。</translation>
    </message>
    <message>
        <source>{count} ROIs of the training pictures have fewer than {least} votes and are left out.</source>
        <translation>训练图片中有 {count} 个 ROI 的票数少于 {least}，不参与训练。</translation>
    </message>
    <message>
        <source>How long it takes is told after its first steps, in its row under Jobs.</source>
        <translation>所需时间在最初几步之后显示在“任务”中它的那一行。</translation>
    </message>
    <message>
        <source>UNTRAINED: the weights that it begins from are random. It is for trying things out only.</source>
        <translation>未训练：起始权重是随机的。仅供试用。</translation>
    </message>
    <message>
        <source>Some of the ratings behind these labels are SIMULATED.</source>
        <translation>这些标签所依据的部分评分是模拟的。</translation>
    </message>
    <message>
        <source>{scale}: {levels}; {firm} of {rois} training labels are firm.</source>
        <translation>{scale}：{levels}；{rois} 个训练标签中有 {firm} 个稳固。</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>distortions</source>
        <translation>失真</translation>
    </message>
    <message>
        <source>yes/no: levels</source>
        <translation>是或否：等级</translation>
    </message>
    <message>
        <source>yes/no: distortions</source>
        <translation>是或否：失真</translation>
    </message>
    <message>
        <source>language model (LoRA)</source>
        <translation>语言模型（LoRA）</translation>
    </message>
    <message>
        <source>mask extractor, projector</source>
        <translation>掩码提取器、投影层</translation>
    </message>
    <message>
        <source>attainable, {scale}</source>
        <translation>可达到，{scale}</translation>
    </message>
    <message>
        <source>Loss by kind of question</source>
        <translation>各类问题的损失</translation>
    </message>
    <message>
        <source>SROCC on held-out pictures</source>
        <translation>留出图片上的 SROCC</translation>
    </message>
    <message>
        <source>PLCC on held-out pictures</source>
        <translation>留出图片上的 PLCC</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Tokens per second</source>
        <translation>每秒词元数</translation>
    </message>
    <message>
        <source>tokens per second</source>
        <translation>每秒词元数</translation>
    </message>
    <message>
        <source>It began from random weights (UNTRAINED): its figures mean nothing.</source>
        <translation>它从随机权重（未训练）开始：其数字没有意义。</translation>
    </message>
    <message>
        <source>Some of the ratings behind its labels are SIMULATED.</source>
        <translation>其标签所依据的部分评分是模拟的。</translation>
    </message>
    <message>
        <source>{speed} tokens per second</source>
        <translation>每秒 {speed} 个词元</translation>
    </message>
    <message>
        <source>{memory} GB of memory at most</source>
        <translation>内存最多 {memory} GB</translation>
    </message>
    <message>
        <source>It could not be evaluated: {why}</source>
        <translation>无法评估：{why}</translation>
    </message>
    <message>
        <source>It could not be compared with {model}: {why}</source>
        <translation>无法与 {model} 比较：{why}</translation>
    </message>
    <message>
        <source>Its evaluation cannot be read; the report has it.</source>
        <translation>无法读取其评估；报告中有。</translation>
    </message>
    <message>
        <source>F1 of distortions</source>
        <translation>失真的 F1</translation>
    </message>
    <message>
        <source>F1 of their severities</source>
        <translation>失真程度的 F1</translation>
    </message>
    <message>
        <source>Answers that could not be read</source>
        <translation>无法读取的回答</translation>
    </message>
</context>
<context>
    <name>UnmergeDialog</name>
    <message>
        <source>Undo a merge of {name}?</source>
        <translation>撤销 {name} 的合并？</translation>
    </message>
    <message>
        <source>The other name is an annotator again, with what was rated under it before the merge.</source>
        <translation>另一个名字重新成为评分员，并取回合并前以该名字给出的评分。</translation>
    </message>
    <message>
        <source>The other name</source>
        <translation>另一个名字</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Undo merge</source>
        <translation>撤销合并</translation>
    </message>
</context>
<context>
    <name>VoteStrips</name>
    <message>
        <source>Votes by scale</source>
        <translation>各量表的评分</translation>
    </message>
    <message>
        <source>stability</source>
        <translation>稳定性</translation>
    </message>
</context>
<context>
    <name>WeightsCard</name>
    <message>
        <source>Weights on this machine</source>
        <translation>此机器上的权重</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>The folder where weights are looked for</source>
        <translation>查找权重的文件夹</translation>
    </message>
    <message>
        <source>No weights found. Marking works without them, by the classical segmenter.</source>
        <translation>未找到权重。没有权重也能标记，使用经典分割器。</translation>
    </message>
    <message>
        <source>Where to get weights</source>
        <translation>如何获取权重</translation>
    </message>
    <message>
        <source>Nothing is downloaded before you ask for it. A download that stopped goes on later.</source>
        <translation>未经您要求不会下载任何内容。中断的下载稍后可继续。</translation>
    </message>
</context>
<context>
    <name>WeightsController</name>
    <message>
        <source>{size} from {page}, license {license}. It goes to {folder}.</source>
        <translation>{size}，来自 {page}，许可证 {license}。保存到 {folder}。</translation>
    </message>
    <message>
        <source>Download {title}?</source>
        <translation>下载 {title}？</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Downloading {title}</source>
        <translation>正在下载 {title}</translation>
    </message>
</context>
<context>
    <name>WithdrawnPicturesDialog</name>
    <message>
        <source>Withdrawn pictures</source>
        <translation>已撤回的图像</translation>
    </message>
    <message>
        <source>No picture is withdrawn. To withdraw one, right-click it in the list of pictures while marking.</source>
        <translation>没有已撤回的图像。要撤回图像，请在标注时于图像列表中右键单击它。</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Its ROIs are handed out, labelled and exported again</source>
        <translation>其中的 ROI 重新分发、标注和导出</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>WriteMessageDialog</name>
    <message>
        <source>Message to {name}</source>
        <translation>给 {name} 的消息</translation>
    </message>
    <message>
        <source>It is shown when they next sit down, or in a moment where they sit there now, and stays visible here with when it was read.</source>
        <translation>对方下次登录时显示；若正在使用，则稍后显示。此处会一直保留消息及其阅读时间。</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Plain text.</source>
        <translation>纯文本。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Leave the message</source>
        <translation>留下消息</translation>
    </message>
    <message>
        <source>At most {most:,} characters; these are {length:,}.</source>
        <translation>最多 {most:,} 个字符；现有 {length:,} 个。</translation>
    </message>
</context>
<context>
    <name>_Disputes</name>
    <message>
        <source>ROI</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>Votes</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Stab.</source>
        <translation>稳定</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>离散</translation>
    </message>
    <message>
        <source>Camps</source>
        <translation>两派</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Counting ratings</source>
        <translation>计入的评分</translation>
    </message>
    <message>
        <source>Stability of the least stable label, with 14 raters</source>
        <translation>有 14 位评分员时最不稳定标签的稳定性</translation>
    </message>
    <message>
        <source>Largest standard deviation of the votes, in levels</source>
        <translation>评分的最大标准差（等级）</translation>
    </message>
    <message>
        <source>Two camps: 0 where all say the same, 1 where half stand at each end</source>
        <translation>两派：0 为意见一致，1 为各半在两端</translation>
    </message>
    <message>
        <source>Largest distance from what the model says, in levels</source>
        <translation>与模型判断的最大距离（等级）</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>begun</source>
        <translation>未完成</translation>
    </message>
</context>
<context>
    <name>_Pictures</name>
    <message>
        <source>ROIs: {count}</source>
        <translation>ROI：{count}</translation>
    </message>
    <message>
        <source>A region was begun here and not accepted</source>
        <translation>此处有已开始但尚未接受的区域</translation>
    </message>
</context>
</TS>
